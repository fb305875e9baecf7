//! The events that a projection passes over, because somebody said so and why.

use std::{collections::BTreeSet, sync::Arc};

use betstream_events::envelope::Position;

/// Positions that one projection passes over. They follow from the log, so that a rebuilt view
/// passes over the same ones. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Skips(Arc<BTreeSet<Position>>);

impl Skips {
    pub(crate) fn contains(&self, position: Position) -> bool {
        !self.0.is_empty() && self.0.contains(&position)
    }
}
