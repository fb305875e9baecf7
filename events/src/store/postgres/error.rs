//! What the driver's errors mean to us.

use tokio_postgres::{
    Error,
    error::{Severity, SqlState},
};

use crate::{envelope::Position, store::StoreError};

/// An error of a read, or of a transaction that was not committed: nothing was changed.
pub(super) fn unavailable(error: &Error) -> StoreError {
    if error.code() == Some(&SqlState::DISK_FULL) {
        return StoreError::full(error);
    }
    StoreError::unavailable(error)
}

/// What a refused write says: a constraint of the log itself means that somebody wrote into it
/// without its lock, anything else that the database could not do it now.
pub(super) fn refused(error: &Error, next: Position) -> StoreError {
    let constraint = error.as_db_error().and_then(|error| error.constraint());
    constraint.and_then(damage).map_or_else(
        || unavailable(error),
        |what| StoreError::Damaged {
            position: next,
            what: what.to_owned(),
        },
    )
}

/// The constraints of the schema whose breach nothing but a write without the lock explains.
fn damage(constraint: &str) -> Option<&'static str> {
    match constraint {
        "events_position_key" => {
            Some("the position is taken by an event that was written without the lock")
        }
        "events_event_id_key" => Some("an event id was written without the lock"),
        "events_stream_version_key" => Some("a stream's version was written without the lock"),
        "blocks_first_position_key" => Some("a block was written without the lock"),
        _ => None,
    }
}

/// Whether the server itself said no and the connection lives on: the transaction is undone.
/// Anything else (a lost connection, a backend that was ended) leaves open what became of it.
pub(super) fn is_certain(error: &Error) -> bool {
    error
        .as_db_error()
        .and_then(|error| error.parsed_severity())
        == Some(Severity::Error)
}

/// `text` without NUL, which no Postgres text can hold: it becomes the symbol U+2400.
pub(super) fn storable(text: &str) -> String {
    text.replace('\0', "\u{2400}")
}
