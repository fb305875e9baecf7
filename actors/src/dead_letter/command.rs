//! What can be asked of a dead letter.

use betstream_events::dead_letter::RetryOutcome;

/// A command to one dead letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeadLetterCommand {
    /// Keep what a retry came to.
    Conclude(RetryOutcome),
    /// Give it up, for the reason that the context says.
    Discard,
}
