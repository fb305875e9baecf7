//! Writes a plan and commits it. Everything behind the first bytes of the COPY is pipelined; the
//! block is sealed while Postgres takes in the rows.

use std::sync::Arc;

use futures::{SinkExt, pin_mut, try_join};
use tokio::{task::spawn_blocking, time::timeout};
use tokio_postgres::Error;
use uuid::Uuid;

use super::{
    Deadline,
    beside::{add_counts, change_claims, insert_block, keep_answers},
    encode::pieces,
    session::Session,
};
use crate::{
    chain::{Block, Hash},
    envelope::{EventRow, Position},
    fault::{self, Point},
    store::{
        StoreError,
        plan::Plan,
        postgres::error::{is_certain, refused},
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
        fault::pass(Point::InsideAppend);
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
