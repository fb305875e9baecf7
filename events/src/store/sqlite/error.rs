//! What SQLite's errors mean to us.

use rusqlite::{Error, ErrorCode, Transaction, ffi::SQLITE_IOERR_WRITE};

use crate::{envelope::Position, store::StoreError};

/// An error of a read, or of a transaction that was not committed: nothing was changed.
pub(super) fn from_sqlite(error: &Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => {
            StoreError::Unusable("this is no SQLite file; name another one".to_owned())
        }
        Some(ErrorCode::DatabaseCorrupt) => StoreError::Unusable(format!(
            "the file is damaged ({error}); restore it from a backup"
        )),
        _ if takes_no_more(error) => StoreError::full(error),
        _ => StoreError::unavailable(error),
    }
}

/// Whether the disk did not take a write: it is full, or the system lets this file or this user
/// have no more of it, which SQLite knows as a write that failed.
fn takes_no_more(error: &Error) -> bool {
    error.sqlite_error().is_some_and(|error| {
        error.code == ErrorCode::DiskFull || error.extended_code == SQLITE_IOERR_WRITE
    })
}

/// An error of writing the log. One of its constraints says that somebody wrote past the lock
/// file, for the writer knows what is in the log.
pub(super) fn refused(error: &Error, next: Position) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => StoreError::Damaged {
            position: next,
            what: format!("the log was written to by another program: {error}"),
        },
        _ => from_sqlite(error),
    }
}

/// Commits; what an error leaves behind is rolled back.
///
/// # Errors
/// [`StoreError::OutcomeUnknown`] when the commit was written and syncing it failed: a crash
/// before the next commit may bring it back. One that was not written whole is undone.
pub(super) fn commit(transaction: Transaction<'_>) -> Result<(), StoreError> {
    transaction
        .commit()
        .map_err(|error| match error.sqlite_error_code() {
            Some(ErrorCode::SystemIoFailure) if !takes_no_more(&error) => {
                StoreError::outcome_unknown(&error)
            }
            _ => from_sqlite(&error),
        })
}
