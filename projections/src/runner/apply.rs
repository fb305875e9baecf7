//! Applying events: fold, commit, and find out which event fails when one does.

use std::time::Duration;

use betstream_events::{
    envelope::{Position, RecordedEvent},
    fault::{self, Point},
    metadata::Metadata,
    store::{LogReader, StoreError},
};
use betstream_telemetry::{
    measures::projections,
    traces::{self, Span, TraceParent},
};
use futures::future::BoxFuture;

use super::{ProjectionShared, Skips, sink::fold_event};
use crate::{checkpoint::Checkpoint, projection::ProjectionName, views::CommitError};

/// Waits before a change that the database refused, or a panic, is tried again.
const RETRIES: [Duration; 3] = [
    Duration::from_millis(20),
    Duration::from_millis(100),
    Duration::from_millis(500),
];

/// Why events were not applied.
#[derive(Debug)]
pub(super) enum Failure {
    /// Somebody else moved the checkpoint.
    NotOwner,
    /// A database does not answer now.
    Unavailable(String),
    /// This very event fails again and again; everything before it is applied.
    Event { position: Position, reason: String },
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unreadable(fault) => Self::Event {
                position: fault.position,
                reason: fault.fault,
            },
            other => Self::Unavailable(other.to_string()),
        }
    }
}

/// Events on their way into one generation of a projection.
pub(super) struct Applier<'a> {
    pub(super) shared: &'a ProjectionShared,
    pub(super) log: &'a dyn LogReader,
    pub(super) generation: i64,
    /// What it passes over.
    pub(super) skips: Skips,
    /// The stored checkpoint.
    pub(super) stored: Checkpoint,
}

impl Applier<'_> {
    /// Applies `events` and says that everything up to `up_to` is counted. Without changes the
    /// checkpoint stays where it is unless `write_anyway`; the events would change nothing twice.
    pub(super) async fn apply(
        &mut self,
        events: &[&RecordedEvent],
        up_to: Position,
        write_anyway: bool,
    ) -> Result<(), Failure> {
        for wait in RETRIES {
            match self.try_apply(events, up_to, write_anyway).await {
                Err(Failure::Event { position, reason }) => {
                    tracing::warn!(projection = %self.shared.name, %position, %reason, "events could not be applied; trying again");
                    tokio::time::sleep(wait).await;
                }
                outcome => return outcome,
            }
        }
        self.isolate(events, up_to).await
    }

    /// Applies as many events as possible: halves what fails until one event is left.
    fn isolate<'b>(
        &'b mut self,
        events: &'b [&'b RecordedEvent],
        up_to: Position,
    ) -> BoxFuture<'b, Result<(), Failure>> {
        Box::pin(async move {
            match self.try_apply(events, up_to, true).await {
                Err(Failure::Event { .. }) if events.len() > 1 => {}
                outcome => return outcome,
            }
            let (first, second) = events.split_at(events.len() / 2);
            let middle = first
                .last()
                .map_or(self.stored.position, |event| event.position);
            self.isolate(first, middle).await?;
            self.isolate(second, up_to).await
        })
    }

    fn count_events(&self, count: usize) {
        projections::EVENTS
            .of([self.shared.name.word()])
            .increment(count as u64);
    }

    fn count_failure(&self, kind: &str) {
        projections::FAILURES
            .of([self.shared.name.word(), kind])
            .increment(1);
    }

    async fn try_apply(
        &mut self,
        events: &[&RecordedEvent],
        up_to: Position,
        write_anyway: bool,
    ) -> Result<(), Failure> {
        let mut fold = self.shared.checkpoints.fold(self.generation);
        let taken = events
            .iter()
            .filter(|event| !self.skips.contains(event.position));
        for event in taken {
            fold_event(&mut *fold, event).map_err(|reason| {
                self.count_failure("panic");
                Failure::Event {
                    position: event.position,
                    reason,
                }
            })?;
        }
        if fold.is_empty() && !write_anyway {
            self.shared.advance(up_to);
            self.count_events(events.len());
            return Ok(());
        }
        let mut span = begin(self.shared.name, events);
        let _at_rest = self.shared.gate.lock().await;
        let to = self.stored.moved_to(up_to, self.log).await?;
        let began = tokio::time::Instant::now();
        fault::pass(Point::BeforeViewCommit);
        fold.commit(&self.stored, &to).await.map_err(|error| {
            let (kind, failure) = match error {
                CommitError::NotOwner => ("not_owner", Failure::NotOwner),
                CommitError::Unavailable(reason) => ("unavailable", Failure::Unavailable(reason)),
                CommitError::Rejected(reason) => {
                    let position = events.first().map_or(up_to, |event| event.position);
                    ("event", Failure::Event { position, reason })
                }
            };
            self.count_failure(kind);
            failure
        })?;
        fault::pass(Point::AfterViewCommit);
        span.set("betstream.projection.position", up_to.0);
        projections::COMMIT_DURATION
            .of([self.shared.name.word()])
            .record(began.elapsed());
        self.count_events(events.len());
        self.stored = to;
        self.shared.stands_at(up_to);
        Ok(())
    }
}

/// The span of what the view takes in, within the spans that its events came from.
fn begin(name: ProjectionName, events: &[&RecordedEvent]) -> Span {
    if !traces::is_on() {
        return Span::NONE;
    }
    let mut origins: Vec<TraceParent> = events
        .iter()
        .filter_map(|event| Metadata::trace_of(&event.metadata))
        .collect();
    origins.dedup();
    let mut span = Span::joining("projection apply", &origins);
    span.set("betstream.projection.name", name.word());
    span.set("betstream.projection.events", events.len() as i64);
    span
}
