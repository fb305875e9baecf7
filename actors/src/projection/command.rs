//! What can be asked of a projection.

use betstream_events::envelope::Position;

/// A command to one projection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProjectionCommand {
    /// Pass over an event, for the reason that the context says.
    Skip {
        /// The event.
        position: Position,
        /// Why it fails.
        fault: String,
    },
}
