//! One projection on its way into a new generation.

use std::sync::Arc;

use betstream_events::{
    envelope::{Position, RecordedEvent},
    fault::{self, Point},
    store::{Follow, FollowLog, Head},
};
use tokio::sync::MutexGuard;
use tokio_util::sync::CancellationToken;

use super::{RebuildError, chunks::EVENTS_A_CHUNK};
use crate::{
    checkpoint::Checkpoint,
    projection::ProjectionName,
    runner::{ProjectionShared, Sink, fold_event},
    views::CommitError,
};

/// One projection on its way into a new generation.
pub(super) struct Build<'a> {
    shared: &'a ProjectionShared,
    sink: &'a dyn Sink,
    log: &'a Arc<dyn FollowLog>,
    /// The generation that answers; 0 where none does.
    current: i64,
    generation: i64,
    /// Up to where the new generation counts.
    pub(super) at: Checkpoint,
    _alone: MutexGuard<'a, ()>,
}

impl Drop for Build<'_> {
    fn drop(&mut self) {
        self.shared.status.set_rebuilding(false);
    }
}

impl<'a> Build<'a> {
    /// Prepares the next generation, going on where an interrupted rebuild was.
    pub(super) async fn begin(
        shared: &'a ProjectionShared,
        log: &'a Arc<dyn FollowLog>,
        head: &Head,
    ) -> Result<Self, RebuildError> {
        let name = shared.name;
        let sink = &*shared.checkpoints;
        let refused = |error| RebuildError::of_commit(error, name, Position::START);
        let alone = shared.building.lock().await;
        let current = sink
            .current()
            .await
            .map_err(refused)?
            .map_or(0, |(generation, _)| generation);
        let start = Checkpoint::start(&head.identity);
        let mut at = sink.prepare(current + 1, &start).await.map_err(refused)?;
        let fits = at
            .fits(head, &**log)
            .await
            .map_err(|error| RebuildError::of_log(error, name))?;
        if fits.is_err() {
            sink.clear(current + 1).await.map_err(refused)?;
            at = sink.prepare(current + 1, &start).await.map_err(refused)?;
        }
        shared.status.set_rebuilding(true);
        Ok(Self {
            shared,
            sink,
            log,
            current,
            generation: current + 1,
            at,
            _alone: alone,
        })
    }

    pub(super) const fn name(&self) -> ProjectionName {
        self.shared.name
    }

    /// Folds those of `events` that are new here; everything up to `up_to` is counted then.
    pub(super) async fn take(
        &mut self,
        events: &[RecordedEvent],
        up_to: Position,
    ) -> Result<(), RebuildError> {
        if up_to <= self.at.position {
            return Ok(());
        }
        let mut fold = self.sink.fold(self.generation);
        for event in events
            .iter()
            .filter(|event| event.position > self.at.position)
        {
            fold_event(&mut *fold, event).map_err(|reason| RebuildError::Event {
                projection: self.name(),
                position: event.position,
                reason,
            })?;
        }
        let to = self
            .at
            .moved_to(up_to, &**self.log)
            .await
            .map_err(|error| RebuildError::of_log(error, self.name()))?;
        let outcome = fold.commit(&self.at, &to).await;
        outcome.map_err(|error| RebuildError::of_commit(error, self.name(), up_to))?;
        self.at = to;
        Ok(())
    }

    /// Catches up with the log once more, takes the place of the generation that answered, and
    /// deletes that one.
    pub(super) async fn finish(mut self, stop: &CancellationToken) -> Result<(), RebuildError> {
        // First without holding up the runner, for the log has grown since the pass began.
        self.catch_up(stop).await?;
        let refused = |error| RebuildError::of_commit(error, self.shared.name, Position::START);
        loop {
            let at_rest = self.shared.gate.lock().await;
            let head = self.catch_up(stop).await?;
            fault::pass(Point::BeforeViewSwap);
            match self
                .sink
                .swap(self.current, self.generation, &self.at, head)
                .await
            {
                Ok(()) => {
                    drop(at_rest);
                    break;
                }
                // A runner of another process has counted further; unless it is another generation
                // that answers now, catch up and try again.
                Err(CommitError::NotOwner) => {
                    let current = self.sink.current().await.map_err(refused)?;
                    if current.map_or(0, |(generation, _)| generation) != self.current {
                        return Err(RebuildError::Overtaken {
                            projection: self.shared.name,
                        });
                    }
                }
                Err(error) => return Err(refused(error)),
            }
        }
        self.shared.wake.notify_one();
        tracing::info!(projection = %self.shared.name, position = %self.at.position, "rebuilt from the log");
        self.sink.clear(self.current).await.map_err(refused)
    }

    /// Reads and folds up to the head.
    async fn catch_up(&mut self, stop: &CancellationToken) -> Result<Position, RebuildError> {
        let name = self.name();
        let unread = |error| RebuildError::of_log(error, name);
        let head = self.log.head().await.map_err(unread)?.position;
        let want = self.sink.want();
        while self.at.position < head {
            if stop.is_cancelled() {
                return Err(RebuildError::Stopped);
            }
            let events = self
                .log
                .read_after(self.at.position, head, EVENTS_A_CHUNK, want)
                .await
                .map_err(unread)?;
            let last = events.last().map_or(head, |event| event.position);
            let up_to = if events.len() < EVENTS_A_CHUNK && want == Follow::Desk {
                head
            } else {
                last
            };
            self.take(&events, up_to).await?;
        }
        Ok(head)
    }
}
