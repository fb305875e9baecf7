//! Taking an archive in: it is read and put together on one thread while an empty log is filled with
//! what was read before.

mod parts;

use std::{io::BufRead, sync::Arc};

use tokio::{sync::mpsc, task::spawn_blocking};

use self::parts::{Part, Parts};
use super::line::{End, Header};
use crate::{
    envelope::Position,
    store::{
        LogIdentity, OutcomeCounts,
        fill::{FillError, FillLog, FillSource, Filling},
    },
};

/// Parts that wait to be filled in: a block each.
const PARTS_WAITING: usize = 64;

/// An archive whose first line is read.
pub struct Archive<R> {
    parts: Parts<R>,
    header: Header,
}

/// What was taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakenIn {
    /// Which log it is now.
    pub identity: LogIdentity,
    /// Its last position.
    pub position: Position,
    /// Up to where an earlier attempt had come.
    pub went_on_from: Position,
}

/// An archive was not taken in.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ReadError {
    /// A line is not what an archive has there.
    #[error("line {line}: {what}")]
    Line {
        /// Which, from 1 on.
        line: u64,
        /// What is wrong.
        what: String,
    },
    /// The file ends too early.
    #[error("the file is cut short: {0}")]
    CutShort(String),
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    File(String),
    /// The log did not take it.
    #[error(transparent)]
    Fill(#[from] FillError),
}

impl ReadError {
    /// Whether the archive is to blame, so that what is filled in of it must go.
    const fn blames_archive(&self) -> bool {
        matches!(self, Self::Line { .. } | Self::CutShort(_))
    }
}

impl<R: BufRead + Send + 'static> Archive<R> {
    /// Reads the first line.
    ///
    /// # Errors
    /// [`ReadError`] when this is no archive of a whole log.
    pub fn open(source: R) -> Result<Self, ReadError> {
        let mut parts = Parts::new(source);
        let header = parts.header()?;
        Ok(Self { parts, header })
    }

    /// What it says of itself.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Fills `target` with it, as `verb`, and tells how many events were taken in on the way.
    ///
    /// # Errors
    /// [`ReadError`]: what is wrong with the archive leaves `target` empty; a store that does not
    /// answer leaves what is committed, to go on from.
    pub async fn take_in(
        self,
        target: Arc<dyn FillLog>,
        verb: &str,
        tell: impl FnMut(u64) + Send,
    ) -> Result<TakenIn, ReadError> {
        let source = FillSource {
            verb: verb.to_owned(),
            head: self.header.head,
        };
        let mut filling = Filling::begin(target, source).await?;
        let went_on_from = filling.goes_on_from();
        let (hand_on, parts) = mpsc::channel(PARTS_WAITING);
        let mut source = self.parts;
        let reading = spawn_blocking(move || source.hand_on(&hand_on));
        let filled = fill(&mut filling, parts, tell).await;
        // The reader ends by itself: nobody takes its parts any more.
        let read = reading
            .await
            .unwrap_or_else(|error| Err(ReadError::File(error.to_string())));
        let end = match (filled, read) {
            (Err(error), _) => return Err(error),
            (Ok(_), Err(error)) => {
                if error.blames_archive() {
                    filling.abandon().await.map_err(FillError::from)?;
                }
                return Err(error);
            }
            (Ok(end), Ok(())) => end,
        };
        let (used_ids, counts) = end.map_or_else(
            || (Vec::new(), OutcomeCounts::default()),
            |end| (end.used_ids, end.counts),
        );
        let identity = filling.finish(&used_ids, counts).await?;
        Ok(TakenIn {
            identity,
            position: self.header.head.position,
            went_on_from,
        })
    }
}

async fn fill(
    filling: &mut Filling,
    mut parts: mpsc::Receiver<Part>,
    mut tell: impl FnMut(u64) + Send,
) -> Result<Option<End>, ReadError> {
    let (mut events, mut end) = (0, None);
    while let Some(part) = parts.recv().await {
        match part {
            Part::Block(block, rows) => {
                events += rows.len() as u64;
                filling.block(block, rows).await?;
                tell(events);
            }
            Part::Beside(letters, answers) => filling.keep(letters, answers).await?,
            Part::End(last) => end = Some(last),
        }
    }
    Ok(end)
}
