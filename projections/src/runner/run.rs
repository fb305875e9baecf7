//! The life of one projection: become the owner, find the checkpoint, follow the log, commit.

use std::{sync::Arc, time::Duration};

use betstream_events::{
    store::{Head, LogReader},
    tail::LogTail,
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    LogFollower, ProjectionShared, Rest, Skips, Step,
    apply::{Applier, Failure},
    ownership::Ownership,
};
use crate::{
    checkpoint::{Checkpoint, Misfit},
    lag::ProjectionState,
    rebuild::{self, RebuildError},
    views::{CommitError, ViewError},
};

/// How many events one commit takes at most.
pub(crate) const EVENTS_A_COMMIT: usize = 10_000;
/// How long a checkpoint may stay behind events that changed nothing.
const UNWRITTEN_AT_MOST: Duration = Duration::from_secs(1);
/// How often a sink that can lose its state is looked at.
pub(super) const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Keeps one projection up to date.
pub(crate) struct Runner {
    pub(crate) shared: Arc<ProjectionShared>,
    pub(crate) log: Arc<dyn LogReader>,
    pub(crate) tail: LogTail,
    pub(crate) ownership: Arc<dyn Ownership>,
    /// This process, as the others know it.
    pub(crate) keeper: String,
    pub(crate) stop: CancellationToken,
}

/// Why following ended.
enum Ended {
    Stopped,
    /// Somebody asked that it stands still.
    Paused,
    /// Begin again: the checkpoint moved, the view was rebuilt, or another process is the owner.
    Again,
}

impl Runner {
    /// Runs until it is told to stop; what is in hand is committed.
    pub(crate) async fn run(&self) {
        let mut backoff = Backoff::default();
        while !self.stop.is_cancelled() {
            if !self.ownership.try_own(self.shared.name).await {
                self.stand_by().await;
                continue;
            }
            match self.follow(&mut backoff).await {
                Ok(Ended::Stopped) => break,
                Ok(Ended::Paused) => self.stand_still().await,
                Ok(Ended::Again) | Err(Failure::NotOwner) => {
                    self.wait(Duration::from_millis(5)).await
                }
                Err(Failure::Unavailable(reason)) => {
                    tracing::warn!(projection = %self.shared.name, %reason, "a projection waits for its database");
                    self.shared.status.set_error(Some(reason));
                    self.wait(backoff.next()).await;
                }
                Err(Failure::Event { position, reason }) => self.pause(position, &reason).await,
            }
        }
        self.ownership.release(self.shared.name).await;
        self.shared.status.set_state(ProjectionState::Standby);
    }

    async fn follow(&self, backoff: &mut Backoff) -> Result<Ended, Failure> {
        let head = self.log.head().await?;
        let Some((generation, stored)) = self.checkpoint(&head).await? else {
            return Ok(Ended::Again);
        };
        self.shared.stands_at(stored.position);
        self.shared.status.set_known();
        self.shared.status.saw_head(head.position);
        self.shared.status.set_error(None);
        self.shared
            .controls
            .keep(&self.keeper)
            .await
            .map_err(failure)?;
        let control = self.shared.refresh().await.map_err(unread)?;
        if control.pause.is_some() {
            return Ok(Ended::Paused);
        }
        let mut stood_at_failure = control.fails_after(stored.position);
        let skips = Skips::load(&*self.log, self.shared.name).await?;

        let want = self.shared.checkpoints.want();
        let mut follower = LogFollower::new(
            self.log.clone(),
            &self.tail,
            want,
            head.identity,
            stored.position,
            skips.clone(),
        );
        let mut applier = Applier {
            shared: &self.shared,
            log: &*self.log,
            generation,
            skips,
            stored,
        };
        let (mut written_at, mut looked_at) = (Instant::now(), Instant::now());
        let mut rest = Rest::none(&self.shared.hurry, &self.stop);
        loop {
            let state = if follower.is_live() {
                ProjectionState::Running
            } else {
                ProjectionState::CatchingUp
            };
            self.shared.status.set_state(state);
            let step = tokio::select! {
                biased;
                // First: what is in hand when the order to stop comes is committed.
                step = follower.next(EVENTS_A_COMMIT, Some(&rest)) => step?,
                () = self.stop.cancelled() => Step::Idle,
            };
            self.shared.status.saw_head(follower.head());
            let due = written_at.elapsed() >= UNWRITTEN_AT_MOST;
            match step {
                Step::OtherLog => return Ok(Ended::Again),
                Step::Events(found) => {
                    let began = Instant::now();
                    applier.apply(&found.events(), found.up_to, due).await?;
                    rest.begin(began.elapsed());
                    // Not before: a database that is read and takes no writes would be asked, and
                    // complained of, twenty times a second.
                    *backoff = Backoff::default();
                }
                Step::Idle if due => self.write_checkpoint(&mut applier).await?,
                Step::Idle => {}
            }
            if self.stop.is_cancelled() {
                self.write_checkpoint(&mut applier).await?;
                return Ok(Ended::Stopped);
            }
            if self.shared.status.is_paused() {
                self.write_checkpoint(&mut applier).await?;
                return Ok(Ended::Paused);
            }
            let reached = *self.shared.progress.borrow();
            if stood_at_failure && !self.shared.status.control().fails_after(reached) {
                self.shared
                    .controls
                    .note_failure(None)
                    .await
                    .map_err(failure)?;
                self.shared.refresh().await.map_err(unread)?;
                stood_at_failure = false;
            }
            if looked_at.elapsed() >= LOOK_EVERY {
                self.shared.refresh().await.map_err(unread)?;
                self.look_at_sink(&applier).await?;
                looked_at = Instant::now();
            }
            if due || applier.stored.position == *self.shared.progress.borrow() {
                written_at = Instant::now();
            }
            if !self.ownership.still_owns(self.shared.name) {
                return Ok(Ended::Again);
            }
        }
    }

    /// The checkpoint to go on from. None when the view had to be founded or rebuilt first.
    async fn checkpoint(&self, head: &Head) -> Result<Option<(i64, Checkpoint)>, Failure> {
        let sink = &self.shared.checkpoints;
        let current = {
            let _no_swap_is_under_way = self.shared.gate.lock().await;
            sink.current().await.map_err(failure)?
        };
        let misfit = match current {
            Some((generation, stored)) => match stored.fits(head, &*self.log).await? {
                Ok(()) => {
                    self.clear_leftovers(generation).await?;
                    return Ok(Some((generation, stored)));
                }
                Err(misfit) => misfit,
            },
            None if sink
                .found(&Checkpoint::start(&head.identity))
                .await
                .map_err(failure)? =>
            {
                return Ok(None);
            }
            None => Misfit::Missing,
        };
        tracing::warn!(projection = %self.shared.name, reason = %misfit, "rebuilding from the log");
        self.shared.status.set_error(Some(misfit.to_string()));
        match rebuild::rebuild(
            &self.log,
            std::slice::from_ref(&self.shared),
            &|_| {},
            &self.stop,
        )
        .await
        {
            Ok(()) | Err(RebuildError::Overtaken { .. } | RebuildError::Stopped) => Ok(None),
            Err(RebuildError::Event {
                position, reason, ..
            }) => Err(Failure::Event { position, reason }),
            Err(RebuildError::Unavailable(reason)) => Err(Failure::Unavailable(reason)),
        }
    }

    async fn clear_leftovers(&self, current: i64) -> Result<(), Failure> {
        let sink = &self.shared.checkpoints;
        for generation in sink.leftovers(current).await.map_err(failure)? {
            sink.clear(generation).await.map_err(failure)?;
        }
        Ok(())
    }

    /// Writes the checkpoint over events that changed nothing.
    async fn write_checkpoint(&self, applier: &mut Applier<'_>) -> Result<(), Failure> {
        let reached = *self.shared.progress.borrow();
        if reached > applier.stored.position {
            applier.apply(&[], reached, true).await
        } else {
            Ok(())
        }
    }

    /// A sink that can lose its state is looked at while nothing else would notice.
    async fn look_at_sink(&self, applier: &Applier<'_>) -> Result<(), Failure> {
        let sink = &self.shared.checkpoints;
        let _no_swap_is_under_way = self.shared.gate.lock().await;
        if sink.is_volatile() && sink.checkpoint().await.map_err(failure)? != Some(applier.stored) {
            return Err(Failure::NotOwner);
        }
        Ok(())
    }

    pub(super) async fn wait(&self, duration: Duration) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = tokio::time::sleep(duration) => {}
        }
    }
}

fn failure(error: CommitError) -> Failure {
    match error {
        CommitError::NotOwner => Failure::NotOwner,
        CommitError::Unavailable(reason) | CommitError::Rejected(reason) => {
            Failure::Unavailable(reason)
        }
    }
}

fn unread(error: ViewError) -> Failure {
    Failure::Unavailable(error.to_string())
}

/// Waits that double from 50 ms to 5 s.
#[derive(Default)]
struct Backoff(u32);

impl Backoff {
    fn next(&mut self) -> Duration {
        let wait = Duration::from_millis(50 << self.0.min(7));
        self.0 += 1;
        wait.min(Duration::from_secs(5))
    }
}
