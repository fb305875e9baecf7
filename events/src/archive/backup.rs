//! A backup: a whole log and everything that is kept beside it.

use futures::{TryStreamExt, pin_mut};

use super::{
    Piece, WriteError,
    line::{End, Header, Holds, Lines, write_answer, write_end, write_letter},
    whole::whole,
};
use crate::{ids::DeadLetterId, store::LogReader};

/// Dead letters that are read at a time: each may hold a mebibyte.
const LETTERS_A_PAGE: usize = 16;
/// Answers that are read at a time.
const ANSWERS_A_PAGE: usize = 1_000;

/// Hands the lines of a backup of `log`, as it is now, to `take`, in pieces and in order. Whoever
/// serves the log goes on meanwhile: events are those up to the head of this moment, and what is
/// kept beside them is read after them, so nothing that they refer to is missing.
///
/// # Errors
/// [`WriteError`], or what `take` says.
pub async fn backup<E: From<WriteError>>(
    log: &dyn LogReader,
    mut take: impl FnMut(Header, Piece) -> Result<(), E>,
) -> Result<End, E> {
    let header = Header {
        holds: Holds::Everything,
        head: log.head().await.map_err(WriteError::from)?,
    };
    let (mut lines, mut hasher) = (Lines::default(), blake3::Hasher::new());
    let mut hand_on = |piece: Piece| {
        hasher.update(&piece.bytes);
        take(header, piece)
    };
    let pieces = whole(log, header);
    pin_mut!(pieces);
    while let Some(piece) = pieces.try_next().await? {
        lines.events += piece.events;
        lines.blocks += piece.blocks;
        hand_on(piece)?;
    }
    lines.letters = letters(log, &mut hand_on).await?;
    lines.answers = answers(log, header, &mut hand_on).await?;
    let counts = log.outcome_counts().await.map_err(WriteError::from)?;
    let used_ids = log.used_ids().await.map_err(WriteError::from)?;
    if log.identity().await.map_err(WriteError::from)? != header.head.identity {
        return Err(WriteError::Replaced.into());
    }
    let end = End {
        lines,
        counts,
        used_ids,
        hash: *hasher.finalize().as_bytes(),
    };
    let mut last = Piece::default();
    write_end(&end, &mut last.bytes);
    take(header, last)?;
    Ok(end)
}

async fn letters<E: From<WriteError>>(
    log: &dyn LogReader,
    mut take: impl FnMut(Piece) -> Result<(), E>,
) -> Result<u64, E> {
    let (mut count, mut after) = (0, DeadLetterId::new(0));
    loop {
        let page = log.letters_after(after, LETTERS_A_PAGE).await;
        let page = page.map_err(WriteError::from)?;
        let Some(last) = page.last() else {
            return Ok(count);
        };
        after = last.id;
        count += page.len() as u64;
        let mut piece = Piece::default();
        for letter in &page {
            write_letter(letter, &mut piece.bytes);
        }
        take(piece)?;
    }
}

/// Answers rest on positions; one that rests on an event behind the head is not of this backup.
async fn answers<E: From<WriteError>>(
    log: &dyn LogReader,
    header: Header,
    mut take: impl FnMut(Piece) -> Result<(), E>,
) -> Result<u64, E> {
    let (mut count, mut after) = (0, (String::new(), String::new()));
    loop {
        let page = log
            .answers_after((&after.0, &after.1), ANSWERS_A_PAGE)
            .await;
        let page = page.map_err(WriteError::from)?;
        let Some(last) = page.last() else {
            return Ok(count);
        };
        after = (last.key.scope.clone(), last.key.key.clone());
        let mut piece = Piece::default();
        for answer in &page {
            if answer.position <= header.head.position {
                count += 1;
                write_answer(answer, &mut piece.bytes);
            }
        }
        take(piece)?;
    }
}
