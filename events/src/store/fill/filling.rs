//! Filling, block by block: each chunk is checked while the one before it is written.

use std::sync::Arc;

use tokio::task::{JoinHandle, spawn_blocking};

use super::{Derived, FillEnd, FillError, FillLog, FillSource, SealedRows};
use crate::{
    chain::{Block, BlockFault, GENESIS, Hash, Places, verify_block},
    envelope::{EventRow, Position},
    ids::IdKind,
    store::{DeadLetter, KeptAnswer, LogIdentity, OutcomeCounts, StoreError},
    wire::DecodeError,
};

/// How many rows, and how many bytes of them, are written in one commit: enough for a commit's own
/// cost not to count, and little to hold twice in memory.
const ROWS_A_COMMIT: usize = 10_000;
const BYTES_A_COMMIT: usize = 8 << 20;

/// A log while it is being filled. Blocks come in order, from the first on; those that were filled
/// in before a kill are checked again and not written again.
pub struct Filling {
    target: Arc<dyn FillLog>,
    source: FillSource,
    /// What was filled in before.
    stood_at: Position,
    /// Absent while a chunk is being checked.
    checked: Option<Checked>,
    chunk: Vec<SealedRows>,
    rows: usize,
    bytes: usize,
    writing: Option<JoinHandle<Result<(), FillError>>>,
}

/// How far the events are known to be whole, and what follows from them.
struct Checked {
    position: Position,
    hash: Hash,
    derived: Derived,
}

impl Filling {
    /// Begins to fill `target` from `source`, or goes on.
    ///
    /// # Errors
    /// As [`FillLog::begin`].
    pub async fn begin(target: Arc<dyn FillLog>, source: FillSource) -> Result<Self, FillError> {
        let stood_at = target.begin(&source).await?;
        Ok(Self {
            target,
            source,
            stood_at,
            checked: Some(Checked {
                position: Position::START,
                hash: GENESIS,
                derived: Derived::default(),
            }),
            chunk: Vec::new(),
            rows: 0,
            bytes: 0,
            writing: None,
        })
    }

    /// The position up to which an earlier attempt came; 0 when this is the first.
    pub const fn goes_on_from(&self) -> Position {
        self.stood_at
    }

    /// Takes the next block with its rows.
    ///
    /// # Errors
    /// What is wrong with a block or an event, here or up to a chunk later: the log is empty again
    /// then. [`FillError::Store`] leaves what is committed.
    pub async fn block(&mut self, block: Block, rows: Vec<EventRow>) -> Result<(), FillError> {
        self.rows += rows.len();
        self.bytes += rows.iter().map(bytes_of).sum::<usize>();
        self.chunk.push(SealedRows { block, rows });
        if self.rows < ROWS_A_COMMIT && self.bytes < BYTES_A_COMMIT {
            return Ok(());
        }
        let flushed = self.flush().await;
        self.settle(flushed).await
    }

    /// Keeps what a source has besides events.
    ///
    /// # Errors
    /// [`FillError::Store`].
    pub async fn keep(
        &mut self,
        letters: Vec<DeadLetter>,
        answers: Vec<KeptAnswer>,
    ) -> Result<(), FillError> {
        self.target.keep(letters, answers).await
    }

    /// Ends the filling: from now on the log serves. What follows from the events is made of them;
    /// `used_ids` and `counts` are what a source knows besides: the larger ids hold, and of the
    /// counts those that leave no event.
    ///
    /// # Errors
    /// As [`Self::block`]; [`FillError::Incomplete`] and [`FillError::OtherEnd`] when the events
    /// are not those that were announced.
    pub async fn finish(
        mut self,
        used_ids: &[(IdKind, i64)],
        counts: OutcomeCounts,
    ) -> Result<LogIdentity, FillError> {
        let finished = self.try_finish(used_ids, counts).await;
        self.settle(finished).await
    }

    /// Gives the filling up: the log is empty again.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn abandon(mut self) -> Result<(), StoreError> {
        self.empty().await
    }

    async fn try_finish(
        &mut self,
        used_ids: &[(IdKind, i64)],
        counts: OutcomeCounts,
    ) -> Result<LogIdentity, FillError> {
        self.flush().await?;
        self.written().await?;
        let Some(checked) = &self.checked else {
            return Err(interrupted());
        };
        let head = self.source.head;
        if checked.position < head.position {
            return Err(FillError::Incomplete {
                reached: checked.position,
                head: head.position,
            });
        }
        if (checked.position, checked.hash) != (head.position, head.block_hash) {
            return Err(FillError::OtherEnd {
                head: head.position,
            });
        }
        let known = checked.derived.largest_ids();
        let derived = checked.derived.counts();
        let end = FillEnd {
            claims: checked.derived.claims(),
            used_ids: known.into_iter().chain(used_ids.iter().copied()).collect(),
            counts: OutcomeCounts {
                recorded: derived.recorded,
                refused: counts.refused.max(derived.refused),
                ..counts
            },
        };
        self.target.finish(end).await
    }

    /// Checks the chunk in hand while the one before is written, then begins to write it.
    async fn flush(&mut self) -> Result<(), FillError> {
        let chunk = std::mem::take(&mut self.chunk);
        (self.rows, self.bytes) = (0, 0);
        let Some(mut checked) = self.checked.take() else {
            return Err(interrupted());
        };
        let checking = spawn_blocking(move || {
            for sealed in &chunk {
                checked.check(sealed)?;
            }
            Ok::<_, FillError>((checked, chunk))
        });
        let (checked, mut chunk) = checking.await.map_err(|_| interrupted())??;
        self.checked = Some(checked);
        self.written().await?;
        chunk.retain(|sealed| sealed.block.first > self.stood_at);
        if !chunk.is_empty() {
            let target = Arc::clone(&self.target);
            self.writing = Some(tokio::spawn(async move { target.fill(chunk).await }));
        }
        Ok(())
    }

    /// Waits for the chunk that is being written.
    async fn written(&mut self) -> Result<(), FillError> {
        match self.writing.take() {
            Some(writing) => writing.await.map_err(|_| interrupted())?,
            None => Ok(()),
        }
    }

    /// Leaves nothing behind when the source is to blame.
    async fn settle<T>(&mut self, result: Result<T, FillError>) -> Result<T, FillError> {
        if let Err(error) = &result
            && error.blames_source()
        {
            self.empty().await?;
        }
        result
    }

    async fn empty(&mut self) -> Result<(), StoreError> {
        // What became of it does not matter any more, but it must have ended.
        let _ended = self.written().await;
        self.target.abandon().await.map(|_| ())
    }
}

impl Checked {
    fn check(&mut self, sealed: &SealedRows) -> Result<(), FillError> {
        let SealedRows { block, rows } = sealed;
        let due = self.position.next();
        if block.first > due {
            let last = Position(block.first.0 - 1);
            return Err(BlockFault::Missing(Places { first: due, last }).into());
        }
        if block.first < due {
            return Err(BlockFault::Overlapping(block.places()).into());
        }
        verify_block(&self.hash, block, rows)?;
        for row in rows {
            let metadata = serde_json::from_str::<serde::de::IgnoredAny>(&row.metadata);
            metadata.map_err(|error| DecodeError {
                position: row.position,
                fault: format!("its metadata is no JSON: {error}"),
            })?;
            self.derived.see(&row.clone().decode()?)?;
        }
        (self.position, self.hash) = (block.last, block.hash);
        Ok(())
    }
}

fn bytes_of(row: &EventRow) -> usize {
    row.data.len() + row.metadata.len() + row.stream.len()
}

fn interrupted() -> FillError {
    FillError::Store(StoreError::Unavailable {
        reason: "the filling was interrupted".to_owned(),
    })
}
