//! Filling an empty log with the events of another one, exactly as they were: positions, versions,
//! ids, times, bytes and blocks.
//!
//! [`Filling`] is what its users hold: it checks every block before it is written and gathers what
//! follows from the events. [`FillLog`] is what an adapter does for it. While a log is being filled
//! its store remembers so and serves nobody; who was killed in the middle goes on, or starts over.

mod derived;
mod error;
mod filling;

use async_trait::async_trait;

pub use derived::{Derived, came_by_stream};
pub use error::FillError;
pub use filling::Filling;

use super::{DeadLetter, Head, KeptAnswer, LogIdentity, OutcomeCounts, StoreError};
use crate::{
    chain::Block,
    envelope::{EventRow, Position},
    ids::IdKind,
};

/// Where the events come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FillSource {
    /// The verb that fills, for whoever finds the log half full.
    pub verb: String,
    /// Which log it is, where it ends, and the hash of the last block that will be filled in. Two
    /// sources with the same end are the same, byte for byte: who was killed may go on.
    pub head: Head,
}

/// A block with the rows that it seals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedRows {
    /// The block.
    pub block: Block,
    /// Its rows, in order.
    pub rows: Vec<EventRow>,
}

/// What a log holds besides its events, written in the commit that ends the filling.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FillEnd {
    /// The claims that are held, with their holders.
    pub claims: Vec<(String, String)>,
    /// Ids that were given: none of these or below is given again.
    pub used_ids: Vec<(IdKind, i64)>,
    /// What became of the messages of the stream.
    pub counts: OutcomeCounts,
}

/// A log that can be filled. Nobody else writes to it meanwhile.
#[async_trait]
pub trait FillLog: Send + Sync + 'static {
    /// Marks an empty log as being filled from `source` and gives the position up to which it is
    /// filled: 0, or more when the same source was being filled in before. What another source
    /// left half done is thrown away.
    ///
    /// # Errors
    /// [`FillError::NotEmpty`] when the log holds anything, [`FillError::Store`].
    async fn begin(&self, source: &FillSource) -> Result<Position, FillError>;

    /// Appends `blocks` in one commit. They are checked by whoever fills; the store looks whether
    /// the first one is due.
    ///
    /// # Errors
    /// [`FillError::Moved`] when somebody else wrote or ended the filling, [`FillError::Store`].
    async fn fill(&self, blocks: Vec<SealedRows>) -> Result<(), FillError>;

    /// Keeps dead letters and answers under the ids and keys that they had; what is kept already
    /// stays.
    ///
    /// # Errors
    /// [`FillError::Store`].
    async fn keep(
        &self,
        letters: Vec<DeadLetter>,
        answers: Vec<KeptAnswer>,
    ) -> Result<(), FillError>;

    /// Makes the filled log one that serves, in one commit: it becomes the source's log under an
    /// epoch that neither had before.
    ///
    /// # Errors
    /// [`FillError::Incomplete`] when the source goes further, [`FillError::Store`].
    async fn finish(&self, end: FillEnd) -> Result<LogIdentity, FillError>;

    /// Empties a log that is being filled, and leaves any other alone. Gives whether it did.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn abandon(&self) -> Result<bool, StoreError>;
}

/// What whoever opens a half-filled log is told.
pub(super) fn half_filled(store: impl std::fmt::Display, verb: &str) -> StoreError {
    StoreError::Unusable(format!(
        "{store} is being filled by `betstream {verb}`, which did not come to its end: run it \
         again to go on, or `betstream reset --yes` to start empty"
    ))
}
