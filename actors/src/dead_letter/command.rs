//! What can be asked of a dead letter.

use betstream_events::{dead_letter::RetryOutcome, ids::EventId};

/// A command to one dead letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeadLetterCommand {
    /// Keep what a retry came to, under an id that the retried bet names as its cause.
    Conclude {
        /// What it came to.
        outcome: RetryOutcome,
        /// The id of the event that tells of it.
        event_id: EventId,
    },
    /// Give it up, for the reason that the context says.
    Discard,
}
