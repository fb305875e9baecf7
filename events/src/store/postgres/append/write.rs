//! Writes a plan and commits it. Everything behind the first bytes of the COPY is pipelined; the
//! block is sealed while Postgres takes in the rows.

use std::sync::Arc;

use futures::{SinkExt, pin_mut, try_join};
use tokio::{task::spawn_blocking, time::timeout};
use tokio_postgres::Error;
use uuid::Uuid;

use super::{Deadline, encode::pieces, session::Session};
use crate::{
    chain::{Block, Hash},
    envelope::{EventRow, Position},
    store::{
        NewDeadLetter, OutcomeCounts, StoreError,
        plan::Plan,
        postgres::{
            error::{is_certain, refused, storable, unavailable},
            reads::Parameters,
            rows::Instant,
        },
    },
};

/// Rows from which sealing is worth a thread of its own.
const SEAL_APART_FROM: usize = 256;

/// Why a plan was not committed, or may not be.
#[derive(Debug)]
pub(super) enum Fault {
    /// Nothing of it was written, for certain.
    Undone(StoreError),
    /// The commit was sent and its answer lost.
    Lost(String),
}

/// Proves that a chunk was committed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Witness {
    /// Its block: first position and hash.
    Block(Position, Hash),
    /// Its row of counts.
    Counts(Uuid),
}

impl Witness {
    pub(super) fn of(plan: &Plan, chunk: Uuid) -> Self {
        plan.block.as_ref().map_or(Self::Counts(chunk), |block| {
            Self::Block(block.first, block.hash)
        })
    }
}

/// Writes `plan` behind `previous` and commits. Its rows are used up, its block is set.
pub(super) async fn write(
    session: &Session,
    plan: &mut Plan,
    previous: Hash,
    chunk: Uuid,
    deadline: Deadline,
) -> Result<(), Fault> {
    let rows = Arc::new(std::mem::take(&mut plan.rows));
    let next = rows.first().map_or(Position::START, |row| row.position);
    let sealing = seal(previous, Arc::clone(&rows));
    let sending = async {
        if rows.is_empty() {
            return Ok(None);
        }
        let sink = Box::pin(
            session
                .client()
                .copy_in(&session.statements.copy_events)
                .await?,
        );
        feed(sink, &rows).await.map(Some)
    };
    let sent = timeout(deadline.half(), sending).await;
    let sink = sent
        .map_err(|_| too_late())?
        .map_err(|error| Fault::Undone(refused(&error, next)))?;
    plan.block = sealing.await.map_err(Fault::Undone)?;

    let finish = async {
        match sink {
            Some(mut sink) => sink.as_mut().finish().await.map(|_| ()),
            None => Ok(()),
        }
    };
    let committing = async {
        pin_mut!(finish);
        try_join!(
            finish,
            insert_block(session, plan),
            change_claims(session, plan),
            keep_answers(session, plan),
            add_counts(session, plan, chunk),
            session.client().batch_execute("COMMIT"),
        )
    };
    match timeout(deadline.half(), committing).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) if is_certain(&error) => Err(Fault::Undone(refused(&error, next))),
        Ok(Err(error)) => Err(Fault::Lost(error.to_string())),
        Err(_) => Err(Fault::Lost(
            "the database did not answer the commit in time".to_owned(),
        )),
    }
}

fn too_late() -> Fault {
    Fault::Undone(StoreError::Unavailable {
        reason: "the database did not take the events in time".to_owned(),
    })
}

type CopySink = std::pin::Pin<Box<tokio_postgres::CopyInSink<bytes::Bytes>>>;

async fn feed(mut sink: CopySink, rows: &[EventRow]) -> Result<CopySink, Error> {
    for piece in pieces(rows) {
        sink.feed(piece).await?;
    }
    Ok(sink)
}

/// Starts sealing at once, apart from the connection's thread where there is much to do.
fn seal(
    previous: Hash,
    rows: Arc<Vec<EventRow>>,
) -> impl Future<Output = Result<Option<Block>, StoreError>> {
    let apart = (rows.len() >= SEAL_APART_FROM).then(|| {
        let rows = Arc::clone(&rows);
        spawn_blocking(move || Block::seal(previous, &rows))
    });
    async move {
        match apart {
            Some(sealing) => sealing
                .await
                .map(Some)
                .map_err(|error| StoreError::unavailable(&error)),
            None if rows.is_empty() => Ok(None),
            None => Ok(Some(Block::seal(previous, &rows))),
        }
    }
}

async fn insert_block(session: &Session, plan: &Plan) -> Result<(), Error> {
    let Some(Block {
        first,
        last,
        root,
        digests,
        previous,
        hash,
    }) = &plan.block
    else {
        return Ok(());
    };
    let (root, previous, hash) = (root.as_slice(), previous.as_slice(), hash.as_slice());
    let insert = &session.statements.insert_block;
    session
        .client()
        .execute(
            insert,
            &[&first.0, &last.0, &root, digests, &previous, &hash],
        )
        .await
        .map(|_| ())
}

async fn change_claims(session: &Session, plan: &Plan) -> Result<(), Error> {
    let (mut taken, mut holders, mut released) = (Vec::new(), Vec::new(), Vec::new());
    for (claim, holder) in &plan.claims {
        let claim = storable(&claim.to_string());
        match holder {
            Some(holder) => {
                taken.push(claim);
                holders.push(holder.to_string());
            }
            None => released.push(claim),
        }
    }
    let (client, statements) = (session.client(), &session.statements);
    let take = async {
        if taken.is_empty() {
            Ok(0)
        } else {
            client
                .execute(&statements.take_claims, &[&taken, &holders])
                .await
        }
    };
    let release = async {
        if released.is_empty() {
            Ok(0)
        } else {
            client
                .execute(&statements.release_claims, &[&released])
                .await
        }
    };
    try_join!(take, release).map(|_| ())
}

async fn keep_answers(session: &Session, plan: &Plan) -> Result<(), Error> {
    if plan.answers.is_empty() {
        return Ok(());
    }
    let keys = || plan.answers.iter().map(|(key, _)| key);
    let scopes: Vec<_> = keys().map(|key| storable(&key.scope)).collect();
    let names: Vec<_> = keys().map(|key| storable(&key.key)).collect();
    let fingerprints: Vec<_> = keys().map(|key| key.fingerprint.as_slice()).collect();
    let answers: Vec<_> = keys().map(|key| storable(&key.answer)).collect();
    let positions: Vec<_> = plan
        .answers
        .iter()
        .map(|(_, position)| position.0)
        .collect();
    // Twice what comes: the oldest leave faster than new ones arrive.
    let at_most = 2 * positions.len() as i64;
    let statements = &session.statements;
    let parameters: Parameters<'_> = &[&scopes, &names, &fingerprints, &answers, &positions];
    try_join!(
        async {
            session
                .client()
                .execute(&statements.purge_answers, &[&at_most])
                .await
        },
        session
            .client()
            .execute(&statements.keep_answers, parameters),
    )
    .map(|_| ())
}

/// Writes the counts row: when there is something to count, and for a chunk without events, whose
/// witness it is and whose commit waits for the standby by it.
async fn add_counts(session: &Session, plan: &Plan, chunk: Uuid) -> Result<(), Error> {
    if plan.block.is_some() && plan.counts == OutcomeCounts::default() {
        return Ok(());
    }
    count(session, &plan.counts, chunk).await
}

/// Adds `counts` to the running totals, under the name of `chunk`.
pub(super) async fn count(
    session: &Session,
    counts: &OutcomeCounts,
    chunk: Uuid,
) -> Result<(), Error> {
    let OutcomeCounts {
        recorded,
        already_recorded,
        refused,
        dead_letters,
    } = counts;
    let statements = &session.statements;
    let parameters: Parameters<'_> = &[&chunk, recorded, already_recorded, refused, dead_letters];
    try_join!(
        session.client().execute(&statements.add_counts, parameters),
        session.client().execute(&statements.purge_counts, &[]),
    )
    .map(|_| ())
}

/// Keeps and counts dead letters, and commits.
pub(super) async fn write_letters(
    session: &Session,
    letters: &[NewDeadLetter],
    chunk: Uuid,
) -> Result<(), StoreError> {
    let text = |of: fn(&NewDeadLetter) -> &str| {
        letters
            .iter()
            .map(|letter| storable(of(letter)))
            .collect::<Vec<_>>()
    };
    let streams = text(|letter| &letter.stream);
    let sequences: Vec<_> = letters
        .iter()
        .map(|letter| letter.sequence.cast_signed())
        .collect();
    let subjects = text(|letter| &letter.subject);
    let bytes: Vec<_> = letters
        .iter()
        .map(|letter| letter.bytes.as_slice())
        .collect();
    let (reasons, details) = (text(|letter| &letter.reason), text(|letter| &letter.detail));
    let received: Vec<_> = letters
        .iter()
        .map(|letter| Instant(letter.received_at))
        .collect();
    let (client, statements) = (session.client(), &session.statements);
    let writing = async {
        let parameters: Parameters<'_> = &[
            &streams, &sequences, &subjects, &bytes, &reasons, &details, &received,
        ];
        let kept = client
            .execute(&statements.keep_dead_letters, parameters)
            .await?;
        let counts = OutcomeCounts {
            dead_letters: kept.cast_signed(),
            ..OutcomeCounts::default()
        };
        try_join!(
            count(session, &counts, chunk),
            client.batch_execute("COMMIT")
        )
        .map(|_| ())
    };
    writing.await.map_err(|error| unavailable(&error))
}
