//! What went wrong, for people.

use serde::Serialize;
use utoipa::ToSchema;

/// What became of the messages of the stream.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outcomes {
    /// All that were taken from the stream.
    pub received: i64,
    /// New in the log.
    pub recorded: i64,
    /// In the log before.
    pub already_recorded: i64,
    /// Refused by a rule, with an event that says so.
    pub refused: i64,
    /// Unreadable, kept with their bytes.
    pub dead_letters: i64,
    /// Dropped by the broker before anybody took them.
    pub lost_by_broker: i64,
}
