//! A sink whose fold panics at one event until it is healed.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use betstream_events::{
    envelope::{Position, RecordedEvent, StreamName},
    store::Follow,
};

use crate::{
    checkpoint::Checkpoint,
    projection::{ProjectionName, ViewTable},
    runner::{Fold, PartFold, Sink},
    verify::Difference,
    views::{CommitError, Value},
};

pub(super) struct FailingSink {
    at: Position,
    inner: Arc<dyn Sink>,
    healed: Arc<AtomicBool>,
}

impl FailingSink {
    pub(super) fn at(at: Position, inner: Arc<dyn Sink>) -> Arc<Self> {
        Arc::new(Self {
            at,
            inner,
            healed: Arc::default(),
        })
    }

    pub(super) fn heal(&self) {
        self.healed.store(true, Ordering::Relaxed);
    }
}

struct FailingFold {
    at: Position,
    inner: Box<dyn Fold>,
    healed: Arc<AtomicBool>,
}

#[async_trait]
impl Fold for FailingFold {
    fn add(&mut self, event: &RecordedEvent) {
        assert!(
            event.position != self.at || self.healed.load(Ordering::Relaxed),
            "this event is cursed"
        );
        self.inner.add(event);
    }

    fn is_empty(&self) -> bool {
        self.inner.is_empty()
    }

    async fn commit(
        self: Box<Self>,
        from: &Checkpoint,
        to: &Checkpoint,
    ) -> Result<(), CommitError> {
        self.inner.commit(from, to).await
    }
}

#[async_trait]
impl Sink for FailingSink {
    fn name(&self) -> ProjectionName {
        self.inner.name()
    }

    fn want(&self) -> Follow {
        self.inner.want()
    }

    async fn current(&self) -> Result<Option<(i64, Checkpoint)>, CommitError> {
        self.inner.current().await
    }

    async fn found(&self, start: &Checkpoint) -> Result<bool, CommitError> {
        self.inner.found(start).await
    }

    fn fold(&self, generation: i64) -> Box<dyn Fold> {
        Box::new(FailingFold {
            at: self.at,
            inner: self.inner.fold(generation),
            healed: self.healed.clone(),
        })
    }

    async fn prepare(
        &self,
        generation: i64,
        start: &Checkpoint,
    ) -> Result<Checkpoint, CommitError> {
        self.inner.prepare(generation, start).await
    }

    async fn swap(
        &self,
        current: i64,
        generation: i64,
        at: &Checkpoint,
        head: Position,
    ) -> Result<(), CommitError> {
        self.inner.swap(current, generation, at, head).await
    }

    async fn clear(&self, generation: i64) -> Result<(), CommitError> {
        self.inner.clear(generation).await
    }

    async fn leftovers(&self, current: i64) -> Result<Vec<i64>, CommitError> {
        self.inner.leftovers(current).await
    }

    async fn differences(
        &self,
        current: i64,
        generation: i64,
    ) -> Result<(Vec<Difference>, Option<Checkpoint>), CommitError> {
        self.inner.differences(current, generation).await
    }

    fn table(&self, name: &str) -> Option<&'static ViewTable> {
        self.inner.table(name)
    }

    fn part(&self, generation: i64, stream: &StreamName) -> Option<PartFold> {
        self.inner.part(generation, stream)
    }

    fn touch(&self, event: &RecordedEvent, table: &ViewTable, key: &[Value]) -> Option<i64> {
        self.inner.touch(event, table, key)
    }
}
