//! The index on its way into a view store.
//!
//! A row holds what a whole segment says of one thing, so the segment under way is kept in memory
//! between commits and its changed rows are written whole. That memory belongs to one checkpoint:
//! at any other the segment is folded once more from the log, at most 4,095 events.

use std::sync::Arc;

use async_trait::async_trait;
use betstream_events::{
    envelope::{Position, RecordedEvent},
    store::{Follow, FollowLog, StoreError},
};
use parking_lot::Mutex;

use super::{
    Audit,
    fold::{AuditChanges, fold},
    segment::{EVENTS, Segment, place_of, span_of},
    store::statements,
};
use crate::{
    checkpoint::Checkpoint,
    projection::View,
    runner::{Fold, ViewSink, fold_event},
    views::{CommitError, ViewStore, generations},
};

/// How many generations are remembered: the one that answers, one that is built, one to compare.
const REMEMBERED: usize = 3;

/// The place of the index.
pub(crate) fn sink(views: Arc<dyn ViewStore>, log: Arc<dyn FollowLog>) -> Arc<ViewSink<Audit>> {
    let open = Arc::new(OpenSegments::default());
    let into = views.clone();
    ViewSink::folding(views, move |generation| {
        Box::new(AuditFold {
            views: into.clone(),
            log: log.clone(),
            open: open.clone(),
            generation,
            changes: AuditChanges::default(),
        })
    })
}

/// The segments under way, each with the generation and the checkpoint that it belongs to.
#[derive(Default)]
struct OpenSegments {
    segments: Mutex<Vec<(i64, Checkpoint, Segment)>>,
}

impl OpenSegments {
    fn take(&self, generation: i64, at: &Checkpoint) -> Option<Segment> {
        let mut segments = self.segments.lock();
        let place = segments.iter().position(|(of, ..)| *of == generation)?;
        let (_, known_at, segment) = segments.remove(place);
        (known_at == *at).then_some(segment)
    }

    fn put(&self, generation: i64, at: Checkpoint, segment: Segment) {
        let mut segments = self.segments.lock();
        segments.retain(|(of, ..)| *of != generation);
        segments.insert(0, (generation, at, segment));
        segments.truncate(REMEMBERED);
    }
}

struct AuditFold {
    views: Arc<dyn ViewStore>,
    log: Arc<dyn FollowLog>,
    open: Arc<OpenSegments>,
    generation: i64,
    changes: AuditChanges,
}

#[async_trait]
impl Fold for AuditFold {
    fn add(&mut self, event: &RecordedEvent) {
        fold(&mut self.changes, event);
    }

    fn is_empty(&self) -> bool {
        self.changes.segments.is_empty()
    }

    async fn commit(
        mut self: Box<Self>,
        from: &Checkpoint,
        to: &Checkpoint,
    ) -> Result<(), CommitError> {
        let mut segment = match self.open.take(self.generation, from) {
            Some(segment) => segment,
            None => under_way(&*self.log, from.position).await?,
        };
        let mut changed = Vec::new();
        for change in std::mem::take(&mut self.changes.segments) {
            if change.number != segment.number {
                segment = Segment::new(change.number);
            }
            changed.extend(statements(&mut segment, change, self.generation));
        }
        let guard = generations::advance(Audit::NAME, self.generation, from, to);
        self.views.commit(guard, changed).await?;
        self.open.put(self.generation, *to, segment);
        Ok(())
    }
}

/// The segment that `position` lies in, with everything up to it. What could not be read or folded
/// was passed over when it was counted, so it is here too.
async fn under_way(log: &dyn FollowLog, position: Position) -> Result<Segment, CommitError> {
    let (number, _) = place_of(position.next());
    let mut read = AuditFoldOnly::default();
    let mut after = span_of(number).after;
    while after < position {
        let (events, up_to) = match log.read_after(after, position, EVENTS, Follow::All).await {
            Ok(events) => (events, position),
            Err(StoreError::Unreadable(fault)) => {
                let before = Position(fault.position.0 - 1);
                let events = log.read_after(after, before, EVENTS, Follow::All).await;
                (events.map_err(unavailable)?, fault.position)
            }
            Err(error) => return Err(unavailable(error)),
        };
        for event in &events {
            let _passed_over = fold_event(&mut read, event);
        }
        after = up_to;
    }
    let mut segment = Segment::new(number);
    for change in read.0.segments {
        segment.absorb(change);
    }
    Ok(segment)
}

fn unavailable(error: StoreError) -> CommitError {
    CommitError::Unavailable(error.to_string())
}

/// A fold that nobody commits.
#[derive(Default)]
struct AuditFoldOnly(AuditChanges);

#[async_trait]
impl Fold for AuditFoldOnly {
    fn add(&mut self, event: &RecordedEvent) {
        fold(&mut self.0, event);
    }

    fn is_empty(&self) -> bool {
        self.0.segments.is_empty()
    }

    async fn commit(self: Box<Self>, _: &Checkpoint, _: &Checkpoint) -> Result<(), CommitError> {
        Ok(())
    }
}
