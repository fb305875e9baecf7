//! Which row is which: ids that follow from where a row lies.

use betstream_events::{
    clock::Timestamp,
    ids::{EventId, MAX_INTEGER_ID},
};

/// The id of an event that follows from a row. A row is known by its table, its id and the moment
/// of its making, which never changes: so the same row gives the same id from any copy of its
/// database, and row 1 of another database gives another one.
pub(super) fn derived(table: &str, id: i64, created_at: Timestamp, step: &str) -> EventId {
    EventId::derived(&format!(
        "control plane {table} {id} made {} {step}",
        created_at.micros()
    ))
}

/// Whether a number can be an id here.
pub(super) fn is_id(id: i64) -> bool {
    (1..=MAX_INTEGER_ID).contains(&id)
}
