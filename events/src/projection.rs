//! What was decided about a projection: nothing but which events it passes over.

use crate::{envelope::Position, ids::ProjectionId};

/// A fact about one projection, in the stream `projection-<name>`. Who decided it and why stands
/// beside it, in the metadata; an event is never passed over without a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProjectionEvent {
    /// Somebody lets the projection pass over an event that it cannot take. As this follows from the
    /// log, every later building of its view passes over the same event.
    EventSkipped {
        /// The projection.
        projection: ProjectionId,
        /// The event that is passed over.
        position: Position,
        /// Why it failed, as far as is known.
        fault: String,
    },
}
