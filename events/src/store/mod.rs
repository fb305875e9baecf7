//! The stores that keep the log: small traits, one brain ([`plan`]) and two adapters.
//!
//! An append is one short transaction under one lock: read the head, find what the chunk's
//! requests refer to, let [`plan::plan`] decide what becomes of each, write, commit. Positions are
//! therefore dense and in commit order, and *the last position is n* means that everything up to
//! n is there.

pub mod dead_letters;
pub mod error;
mod event_ref;
pub mod fill;
pub mod plan;
pub mod postgres;
pub mod read_kept;
pub mod read_log;
pub mod request;
pub mod scan;
pub mod sqlite;
pub mod url;

#[cfg(test)]
mod contract;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use betstream_telemetry::measures::PoolLevels;
use uuid::Uuid;

pub use dead_letters::{DeadLetter, LetterQuery, ListedLetter, NewDeadLetter};
pub use error::StoreError;
pub use event_ref::{EventRef, NotAnEvent};
pub use read_kept::{KeptAnswer, OutcomeCounts, ReadKept};
pub use read_log::{Order, ReadLog, Span};
pub use request::{
    AppendOutcome, AppendRequest, Expected, IdempotencyKey, IdempotentAnswer, Refusal, StreamWrite,
    Tally,
};

pub use scan::{Decoder, RowRef, RowVisitor};

use crate::{
    chain::{Block, Hash, Link},
    claims::Claim,
    envelope::{EventRow, Position, RecordedEvent, StreamName, Version},
    ids::{DeadLetterId, EventId, IdKind},
    money::Currency,
    tail::CommittedChunk,
};

/// What became of one chunk.
#[derive(Debug)]
pub struct ChunkOutcome {
    /// One answer a request, in the order of the requests.
    pub outcomes: Vec<AppendOutcome>,
    /// What was written, if anything was.
    pub committed: Option<Arc<CommittedChunk>>,
    /// How long the chunk held the lock of the log: others waited for so long.
    pub lock_held: Duration,
}

/// Appends to the log. The journal is its one user.
#[async_trait]
pub trait AppendEvents: Send + Sync + 'static {
    /// Commits `chunk` in one transaction and answers each request by itself: one refusal never
    /// fails its neighbours.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when nothing was written, [`StoreError::OutcomeUnknown`] when
    /// the commit's answer was lost and could not be looked up: either holds for the whole chunk.
    async fn append(&self, chunk: Vec<AppendRequest>) -> Result<ChunkOutcome, StoreError>;

    /// Keeps messages that could not be read, and counts them, in one commit. A message that is
    /// kept already (same stream and sequence) is not kept again.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when they are not kept.
    async fn keep_dead_letters(&self, letters: Vec<NewDeadLetter>) -> Result<(), StoreError>;
}

/// Reads single streams and what is kept beside them. Actors are its users.
#[async_trait]
pub trait ReadStream: Send + Sync + 'static {
    /// The events of `stream` after version `after`, in order, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer or an event cannot be read.
    async fn read_stream(
        &self,
        stream: &StreamName,
        after: Version,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, StoreError>;

    /// The newest snapshot of `stream` that was made under state schema `schema`.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn load_snapshot(
        &self,
        stream: &StreamName,
        schema: i32,
    ) -> Result<Option<Snapshot>, StoreError>;

    /// The stream that holds `claim` now.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn claim_holder(&self, claim: &Claim) -> Result<Option<StreamName>, StoreError>;

    /// The event of this id, if it was ever accepted.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn find_event(&self, event_id: EventId) -> Result<Option<RecordedEvent>, StoreError>;

    /// The first answer under this key, if there was one in the last 48 hours.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn idempotent_answer(
        &self,
        scope: &str,
        key: &str,
    ) -> Result<Option<IdempotentAnswer>, StoreError>;

    /// The dead letter of this id, with all its bytes.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn dead_letter(&self, id: DeadLetterId) -> Result<Option<DeadLetter>, StoreError>;
}

/// Keeps snapshots. The actors of entities are its users.
#[async_trait]
pub trait KeepSnapshots: ReadStream {
    /// Keeps a snapshot, replacing older ones of its stream. It can be thrown away at any time.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn save_snapshot(
        &self,
        stream: &StreamName,
        schema: i32,
        snapshot: Snapshot,
    ) -> Result<(), StoreError>;
}

/// Gives out integer ids.
#[async_trait]
pub trait ReserveIds: Send + Sync + 'static {
    /// Reserves `count` ids that were never given out before. Gaps are allowed.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn reserve_ids(&self, kind: IdKind, count: usize) -> Result<Vec<i64>, StoreError>;
}

/// A state kept so that a stream need not be read from its start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The version up to which it counts.
    pub version: Version,
    /// The state as JSON.
    pub state: String,
}

/// Which events a follower wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follow {
    /// Every event.
    All,
    /// The events of accounts and batches, found by a partial index.
    Desk,
}

/// Follows the log in the order of positions. Projections are its users.
#[async_trait]
pub trait FollowLog: Send + Sync + 'static {
    /// Which log this is.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn identity(&self) -> Result<LogIdentity, StoreError>;

    /// Where the log ends now.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn head(&self) -> Result<Head, StoreError>;

    /// The wanted events after `after` and up to `up_to`, in order, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer or an event cannot be read.
    async fn read_after(
        &self,
        after: Position,
        up_to: Position,
        limit: usize,
        want: Follow,
    ) -> Result<Vec<RecordedEvent>, StoreError>;

    /// Hands every row after `after` and up to `up_to` to `visit`, in order, as it is read. Made for
    /// long stretches: nothing is gathered, and the embedded store reads on the calling thread, which
    /// must be one that may block.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn scan(
        &self,
        after: Position,
        up_to: Position,
        visit: &mut RowVisitor<'_>,
    ) -> Result<(), StoreError>;

    /// The stored rows after `after`, byte for byte, at most `limit`: what the chain is checked on.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn read_rows(&self, after: Position, limit: usize) -> Result<Vec<EventRow>, StoreError>;

    /// The blocks whose first event lies after `after`, in order, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn read_blocks(&self, after: Position, limit: usize) -> Result<Vec<Block>, StoreError>;

    /// The links of the chain whose first event lies after `after`, in order, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn read_links(&self, after: Position, limit: usize) -> Result<Vec<Link>, StoreError>;

    /// The last block that begins at or before `position`, whether or not it reaches it.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn last_block(&self, position: Position) -> Result<Option<Block>, StoreError>;

    /// The hash of the block that ends at or covers `position`; [`crate::chain::GENESIS`] at the start.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn block_hash_at(&self, position: Position) -> Result<Option<Hash>, StoreError>;
}

/// Which log this is. A checkpoint, cursor or snapshot belongs to one log and one epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogIdentity {
    /// The log, for ever.
    pub log: Uuid,
    /// Raised by reset and restore.
    pub epoch: i64,
    /// The currency of all its money, fixed by the first event.
    pub currency: Currency,
}

impl LogIdentity {
    /// Which log it becomes where it is filled in anew over `own`: itself, under an epoch that
    /// neither had.
    pub fn succeeding(self, own: Option<Self>) -> Self {
        let theirs = own
            .filter(|own| own.log == self.log)
            .map_or(0, |own| own.epoch);
        Self {
            epoch: self.epoch.max(theirs) + 1,
            ..self
        }
    }
}

/// Where the log ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Which log.
    pub identity: LogIdentity,
    /// Its last position.
    pub position: Position,
    /// The hash of its last block.
    pub block_hash: Hash,
}

/// Looks after the log as a whole. The command line and the start are its users.
#[async_trait]
pub trait AdministerLog: Send + Sync + 'static {
    /// Empties the log, its claims, keys, snapshots, dead letters and counts, and raises its
    /// epoch. Ids go on where they were.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn reset(&self) -> Result<LogIdentity, StoreError>;

    /// Moves the sequence of `kind` past `used`.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn advance_ids(&self, kind: IdKind, used: i64) -> Result<(), StoreError>;

    /// How its connections for reads are used now; nothing of a store that has none.
    fn pool(&self) -> PoolLevels {
        PoolLevels::default()
    }
}

/// What may be read of a log beside whoever serves it; nothing here changes it.
pub trait LogReader: ReadStream + ReadLog + ReadKept + FollowLog {}
impl<T: ReadStream + ReadLog + ReadKept + FollowLog> LogReader for T {}

/// Everything that a store can do.
pub trait EventStore:
    AppendEvents + KeepSnapshots + ReserveIds + LogReader + AdministerLog
{
}
impl<T: AppendEvents + KeepSnapshots + ReserveIds + LogReader + AdministerLog> EventStore for T {}
