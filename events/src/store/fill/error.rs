//! Why a log is not filled.

use crate::{
    chain::BlockFault,
    envelope::{Position, Version},
    store::StoreError,
    wire::DecodeError,
};

/// A log was not filled. What is wrong with the source leaves nothing behind; a store that does not
/// answer leaves what was committed, to go on from.
#[derive(Clone, Debug, thiserror::Error)]
pub enum FillError {
    /// There is something in the log.
    #[error(
        "the log is not empty: it holds {events} events and {letters} dead letters; name an empty database, or empty this one with `betstream reset --yes`"
    )]
    NotEmpty {
        /// How many events.
        events: i64,
        /// How many dead letters.
        letters: i64,
    },
    /// A block and its events do not fit together, or not to those before.
    #[error(transparent)]
    Block(#[from] BlockFault),
    /// An event that no version of this software wrote.
    #[error(transparent)]
    Unreadable(#[from] DecodeError),
    /// An event does not follow on those before it in its stream, or in time.
    #[error("the event at position {position} is out of order: {what}")]
    OutOfOrder {
        /// Where it stands.
        position: Position,
        /// What does not follow.
        what: String,
    },
    /// An event takes what another stream holds.
    #[error("the event at position {position} takes {claim}, which {holder} holds")]
    Claimed {
        /// Where it stands.
        position: Position,
        /// The claim.
        claim: String,
        /// The stream that holds it.
        holder: String,
    },
    /// The source ended too early.
    #[error("the events end at position {reached}, {head} were announced")]
    Incomplete {
        /// The last one that came.
        reached: Position,
        /// The last one that there should be.
        head: Position,
    },
    /// The source went on after its end, or ended in another block than it announced.
    #[error("the events up to position {head} are not those that were announced")]
    OtherEnd {
        /// The last one that there should be.
        head: Position,
    },
    /// Somebody else wrote to the log, or ended the filling.
    #[error(
        "the log does not stand at position {expected} any more: another process fills it or gave the filling up"
    )]
    Moved {
        /// Where it should have stood.
        expected: Position,
    },
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl FillError {
    /// An event that does not follow in its stream.
    pub(super) fn version(
        position: Position,
        stream: &impl std::fmt::Display,
        due: Version,
        found: Version,
    ) -> Self {
        Self::OutOfOrder {
            position,
            what: format!("{stream} is due version {due}, not {found}"),
        }
    }

    /// Whether the source is to blame, so that trying again is of no use.
    pub const fn blames_source(&self) -> bool {
        !matches!(
            self,
            Self::Store(_) | Self::Moved { .. } | Self::NotEmpty { .. }
        )
    }
}
