//! One projection on its way into a new generation.

use std::sync::Arc;

use betstream_events::{
    chain::Hash,
    envelope::Position,
    fault::{self, Point},
    store::{Head, LogReader},
};
use betstream_telemetry::measures::projections;
use tokio::sync::MutexGuard;
use tokio_util::sync::CancellationToken;

use super::{RebuildError, stretch::Target};
use crate::{
    checkpoint::Checkpoint,
    projection::ProjectionName,
    runner::{Fold, ProjectionShared, Sink, Skips},
    views::CommitError,
};

/// One projection on its way into a new generation.
pub(super) struct Build<'a> {
    shared: &'a ProjectionShared,
    sink: &'a dyn Sink,
    log: &'a Arc<dyn LogReader>,
    /// The generation that answers; 0 where none does.
    current: i64,
    generation: i64,
    /// Up to where the new generation counts.
    pub(super) at: Checkpoint,
    skips: Skips,
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
        log: &'a Arc<dyn LogReader>,
        head: &Head,
    ) -> Result<Self, RebuildError> {
        let name = shared.name;
        let sink = &*shared.checkpoints;
        let refused = |error| RebuildError::of_commit(error, name, Position::START);
        let alone = shared.building.lock().await;
        let start = Checkpoint::start(&head.identity);
        let mut current = sink.current().await.map_err(refused)?;
        if current.is_none() && sink.found(&start).await.map_err(refused)? {
            // A view that was never kept has something to take the place of now.
            current = sink.current().await.map_err(refused)?;
        }
        let current = current.map_or(0, |(generation, _)| generation);
        let mut at = sink.prepare(current + 1, &start).await.map_err(refused)?;
        let fits = at
            .fits(head, &**log)
            .await
            .map_err(|error| RebuildError::of_log(error, name))?;
        if fits.is_err() {
            sink.clear(current + 1).await.map_err(refused)?;
            at = sink.prepare(current + 1, &start).await.map_err(refused)?;
        }
        let skips = Skips::load(&**log, name).await;
        let skips = skips.map_err(|error| RebuildError::of_log(error, name))?;
        shared.status.set_rebuilding(true);
        projections::REBUILDS.of([name.word()]).increment(1);
        Ok(Self {
            shared,
            sink,
            log,
            current,
            generation: current + 1,
            at,
            skips,
            _alone: alone,
        })
    }

    pub(super) const fn name(&self) -> ProjectionName {
        self.shared.name
    }

    /// Where the next stretches go.
    pub(super) fn target(&self) -> Target {
        Target {
            sink: self.shared.checkpoints.clone(),
            generation: self.generation,
            counted: self.at.position,
            skips: self.skips.clone(),
        }
    }

    /// Writes what a stretch changed and moves the checkpoint to `to`.
    pub(super) async fn commit(
        &mut self,
        fold: Box<dyn Fold>,
        up_to: Position,
        block_hash: Hash,
    ) -> Result<(), RebuildError> {
        let to = Checkpoint {
            position: up_to,
            block_hash,
            ..self.at
        };
        let outcome = fold.commit(&self.at, &to).await;
        outcome.map_err(|error| RebuildError::of_commit(error, self.name(), up_to))?;
        fault::pass(Point::InsideRebuild);
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
        let noted = self.shared.was_rebuilt().await;
        noted.map_err(refused)?;
        tracing::info!(projection = %self.shared.name, position = %self.at.position, "rebuilt from the log");
        self.sink.clear(self.current).await.map_err(refused)
    }

    /// Reads and folds up to the head.
    async fn catch_up(&mut self, stop: &CancellationToken) -> Result<Position, RebuildError> {
        let name = self.name();
        let head = self.log.head().await;
        let head = head.map_err(|error| RebuildError::of_log(error, name))?;
        super::pass(
            self.log,
            std::slice::from_mut(self),
            head.position,
            &|_| {},
            stop,
        )
        .await?;
        Ok(head.position)
    }
}
