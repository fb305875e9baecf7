//! What was decided about a projection.

use std::collections::BTreeMap;

use betstream_events::{envelope::Position, ids::ProjectionId, projection::ProjectionEvent};

/// What was decided about a projection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectionDecisions {
    /// Its name.
    pub projection: ProjectionId,
    /// The events that it passes over, each with the fault that it was passed over for.
    pub skipped: BTreeMap<Position, String>,
}

impl ProjectionDecisions {
    /// A projection about which nothing was decided yet.
    pub const fn new(projection: ProjectionId) -> Self {
        Self {
            projection,
            skipped: BTreeMap::new(),
        }
    }

    /// Takes in one event. Cannot fail: a fact cannot be refused.
    pub fn evolve(&mut self, event: &ProjectionEvent) {
        let ProjectionEvent::EventSkipped {
            position, fault, ..
        } = event;
        self.skipped.insert(*position, fault.clone());
    }
}
