//! What can go wrong between us and the views' database.

/// The views' database did not answer a question.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ViewError {
    /// It may answer later.
    #[error("the views are not available: {0}")]
    Unavailable(String),
    /// A cell holds what no writer of ours put there.
    #[error("a view cannot be read: {0}")]
    Unreadable(String),
    /// It cannot be used as it is.
    #[error("the views cannot be used: {0}")]
    Unusable(String),
}

/// A commit that did not happen.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CommitError {
    /// The checkpoint is not the one that was named: somebody else moved it.
    #[error("the checkpoint was moved by somebody else")]
    NotOwner,
    /// The database refuses it, now and at every repeat.
    #[error("the views refuse a change: {0}")]
    Rejected(String),
    /// It may succeed later.
    #[error("the views are not available: {0}")]
    Unavailable(String),
}

impl From<ViewError> for CommitError {
    fn from(error: ViewError) -> Self {
        match error {
            ViewError::Unavailable(reason) => Self::Unavailable(reason),
            ViewError::Unreadable(reason) | ViewError::Unusable(reason) => Self::Rejected(reason),
        }
    }
}

/// An error with all its sources, in one line.
pub(crate) fn chain_of(error: &(dyn std::error::Error + 'static)) -> String {
    let parts = std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string);
    parts.collect::<Vec<_>>().join(": ")
}
