//! Why a command was not carried out.

use betstream_events::store::StoreError;

/// A command's failure: a rule said no, or the system could not take it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CommandError<R> {
    /// A rule said no. Nothing was changed.
    #[error("{0}")]
    Rejected(R),
    /// The idempotency key was used for another request body.
    #[error("the idempotency key {key:?} was used for another request body")]
    KeyReused {
        /// The key.
        key: String,
    },
    /// A request with this idempotency key is still running.
    #[error("a request with the idempotency key {key:?} is still running")]
    KeyRunning {
        /// The key.
        key: String,
    },
    /// A queue is full. Nothing was changed; the caller may try again.
    #[error("too many commands are waiting")]
    Overloaded,
    /// Others changed the same thing too often in between. Nothing was changed.
    #[error("too many others changed the same thing at once")]
    Contended,
    /// The process is stopping. Nothing was changed.
    #[error("the server is stopping")]
    Stopping,
    /// The store does not answer. Nothing was changed.
    #[error("{0}")]
    Unavailable(String),
    /// The disk of the store takes no more. Nothing was changed.
    #[error("{0}")]
    StorageFull(String),
    /// It could not be found out whether the command was carried out.
    #[error("{0}")]
    OutcomeUnknown(String),
    /// The decision failed by a defect. Nothing was changed.
    #[error("the decision failed unexpectedly")]
    Failed,
}

impl<R> From<StoreError> for CommandError<R> {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::OutcomeUnknown { reason } => Self::OutcomeUnknown(reason),
            StoreError::Unavailable { reason } => Self::Unavailable(reason),
            StoreError::Full { reason } => Self::StorageFull(reason),
            other @ (StoreError::Unreadable(_)
            | StoreError::Damaged { .. }
            | StoreError::Unusable(_)) => Self::Unavailable(other.to_string()),
        }
    }
}
