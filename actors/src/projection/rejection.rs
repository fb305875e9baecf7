//! Why a projection refuses a command, in the order in which it is checked.

use betstream_events::{envelope::Position, ids::ProjectionId};

/// A rule of projections said no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProjectionRejection {
    /// It passes over that event already.
    #[error("{projection} passes over the event at position {position} already")]
    Skipped {
        /// The projection.
        projection: ProjectionId,
        /// The event.
        position: Position,
    },
    /// Nobody lets a projection pass over an event without saying why.
    #[error(
        "a reason is missing, without which {projection} does not pass over the event at position {position}"
    )]
    ReasonMissing {
        /// The projection.
        projection: ProjectionId,
        /// The event.
        position: Position,
    },
    /// A claim was refused, or an event was known: neither can be, for its events take no claim and
    /// have fresh ids.
    #[error("a decision about a projection met what it never uses")]
    Impossible,
}
