//! What can go wrong between us and a database.

use betstream_telemetry::measures::stores;

use crate::{envelope::Position, wire::DecodeError};

/// A store did not do what was asked. The source chain is kept.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The store did not answer in time, or refused; nothing was changed.
    #[error("the store is not available: {reason}")]
    Unavailable {
        /// In the database's own words.
        reason: String,
    },
    /// The disk of the store takes no more; nothing was changed.
    #[error("the disk of the store takes no more: {reason}")]
    Full {
        /// In the database's own words.
        reason: String,
    },
    /// A commit was sent and its answer lost; whether it holds could not be found out.
    #[error("the outcome of a commit is unknown: {reason}")]
    OutcomeUnknown {
        /// In the database's own words.
        reason: String,
    },
    /// An event could not be read.
    #[error(transparent)]
    Unreadable(#[from] DecodeError),
    /// The log is not what it should be.
    #[error("the log is damaged at position {position}: {what}")]
    Damaged {
        /// Where.
        position: Position,
        /// What is wrong.
        what: String,
    },
    /// The database cannot be used as it is: another product's, a newer schema, another currency.
    #[error("{0}")]
    Unusable(String),
}

impl StoreError {
    /// [`Self::Unavailable`] with the whole chain of sources in its reason.
    pub fn unavailable(error: &(dyn std::error::Error + 'static)) -> Self {
        Self::Unavailable {
            reason: chain_of(error),
        }
    }

    /// [`Self::Full`] with the whole chain of sources in its reason.
    pub fn full(error: &(dyn std::error::Error + 'static)) -> Self {
        Self::Full {
            reason: chain_of(error),
        }
    }

    /// Counts this failure as one of the log, and gives it back.
    #[must_use]
    pub fn counted(self) -> Self {
        stores::FAILURES.of(["log", self.kind()]).increment(1);
        self
    }

    /// What is wrong, in the word of the metrics.
    const fn kind(&self) -> &'static str {
        match self {
            Self::Unavailable { .. } => "unavailable",
            Self::Full { .. } => "full",
            Self::OutcomeUnknown { .. } => "outcome_unknown",
            Self::Unreadable(_) | Self::Damaged { .. } => "damaged",
            Self::Unusable(_) => "rejected",
        }
    }

    /// [`Self::OutcomeUnknown`] with the whole chain of sources in its reason.
    pub fn outcome_unknown(error: &(dyn std::error::Error + 'static)) -> Self {
        Self::OutcomeUnknown {
            reason: chain_of(error),
        }
    }
}

fn chain_of(error: &(dyn std::error::Error + 'static)) -> String {
    let parts = std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string);
    parts.collect::<Vec<_>>().join(": ")
}
