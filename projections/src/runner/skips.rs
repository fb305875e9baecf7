//! The events that a projection passes over, because somebody said so and why.

use std::{collections::BTreeSet, sync::Arc};

use betstream_events::{
    envelope::{Position, StreamName, Version},
    event::Event,
    ids::ProjectionId,
    projection::ProjectionEvent,
    store::{LogReader, StoreError},
};

use crate::projection::ProjectionName;

/// Positions that one projection passes over. They follow from the log, so that a rebuilt view
/// passes over the same ones. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Skips(Arc<BTreeSet<Position>>);

impl Skips {
    /// What was decided about `name` up to now.
    ///
    /// # Errors
    /// [`StoreError`] when the log does not answer.
    pub(crate) async fn load(
        log: &dyn LogReader,
        name: ProjectionName,
    ) -> Result<Self, StoreError> {
        let Ok(id) = ProjectionId::parse(name.word()) else {
            return Ok(Self::default());
        };
        let stream = StreamName::Projection(id);
        let decided = log.read_stream(&stream, Version::NONE, usize::MAX).await?;
        let skipped = decided.iter().filter_map(|recorded| match &recorded.event {
            Event::Projection(ProjectionEvent::EventSkipped { position, .. }) => Some(*position),
            _ => None,
        });
        Ok(Self(Arc::new(skipped.collect())))
    }

    pub(crate) fn contains(&self, position: Position) -> bool {
        !self.0.is_empty() && self.0.contains(&position)
    }
}
