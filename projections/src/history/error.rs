//! Why the past cannot be told.

use betstream_events::{
    envelope::{Position, StreamName, Version},
    store::StoreError,
    wire::DecodeError,
};

use crate::{answer::QueryError, views::ViewError};

/// Why the past cannot be told.
#[derive(Clone, Debug, thiserror::Error)]
pub enum HistoryError {
    /// Nothing ever happened in the stream.
    #[error("{stream} has no events")]
    UnknownStream {
        /// The stream.
        stream: StreamName,
    },
    /// The stream has not come so far.
    #[error("version {version} of {stream} does not exist: its last version is {last}")]
    UnknownVersion {
        /// The stream.
        stream: StreamName,
        /// What was asked for.
        version: Version,
        /// The last one that there is.
        last: Version,
    },
    /// A view that must be asked has not counted so far.
    #[error("the view has counted up to position {reached}, not yet {wanted}")]
    Behind {
        /// What it must have counted.
        wanted: Position,
        /// What it has.
        reached: Position,
    },
    /// The log or a view did not answer.
    #[error(transparent)]
    Query(#[from] QueryError),
}

impl From<StoreError> for HistoryError {
    fn from(error: StoreError) -> Self {
        Self::Query(error.into())
    }
}

impl From<ViewError> for HistoryError {
    fn from(error: ViewError) -> Self {
        Self::Query(error.into())
    }
}

impl From<DecodeError> for HistoryError {
    fn from(error: DecodeError) -> Self {
        StoreError::from(error).into()
    }
}
