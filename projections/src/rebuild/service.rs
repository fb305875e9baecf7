//! Rebuilds that were asked for: the keeper of a view carries them out, several in one pass.
//!
//! That a rebuild is wanted is a row beside the views, so that it outlives a process: whoever keeps
//! the view next goes on where the half-built generation stands. Called off, that generation goes.

use std::{sync::Arc, time::Duration};

use betstream_events::store::LogReader;
use parking_lot::Mutex;
use tokio::{sync::Notify, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{RebuildError, RebuildProgress, rebuild};
use crate::{
    control::FailingEvent,
    runner::{Ownership, ProjectionShared},
    views::CommitError,
};

/// How often it is looked for orders of other processes, and progress is told to them.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Carries out what is asked of the views that this process keeps.
pub(crate) struct RebuildService {
    pub(crate) log: Arc<dyn LogReader>,
    pub(crate) shared: Vec<Arc<ProjectionShared>>,
    pub(crate) ownership: Arc<dyn Ownership>,
    /// Ends a wait before its time: something was asked in this process.
    pub(crate) asked: Arc<Notify>,
    pub(crate) stop: CancellationToken,
}

impl RebuildService {
    /// Runs until it is told to stop.
    pub(crate) async fn run(self) {
        while !self.stop.is_cancelled() {
            let wanted = self.wanted().await;
            if !wanted.is_empty() {
                self.carry_out(&wanted).await;
            }
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = self.asked.notified() => {}
                () = sleep(LOOK_EVERY) => {}
            }
        }
    }

    /// The views that are to be rebuilt, here.
    async fn wanted(&self) -> Vec<Arc<ProjectionShared>> {
        let mut wanted = Vec::new();
        for shared in &self.shared {
            if self.ownership.still_owns(shared.name)
                && let Ok(control) = shared.refresh().await
                && control.rebuild.is_some()
            {
                wanted.push(shared.clone());
            }
        }
        wanted
    }

    async fn carry_out(&self, wanted: &[Arc<ProjectionShared>]) {
        let (ended, finished) = (self.stop.child_token(), CancellationToken::new());
        let latest = Mutex::new(RebuildProgress::default());
        let on_progress = |progress| {
            *latest.lock() = progress;
            for shared in wanted {
                shared.status.set_rebuild_progress(progress);
            }
        };
        let rebuilding = async {
            let outcome = rebuild(&self.log, wanted, &on_progress, &ended).await;
            finished.cancel();
            outcome
        };
        let watching = self.watch(wanted, &latest, &ended, &finished);
        let (outcome, ()) = futures::join!(rebuilding, watching);
        let progress = *latest.lock();
        for shared in wanted {
            if let Err(error) = self.conclude(shared, &outcome, progress).await {
                tracing::warn!(projection = %shared.name, %error, "what became of a rebuild could not be noted");
            }
        }
    }

    /// Tells the others how far it is, until it is finished. Ends the pass when one of its rebuilds
    /// was called off or a view is kept elsewhere; those that remain go on where they were.
    async fn watch(
        &self,
        wanted: &[Arc<ProjectionShared>],
        latest: &Mutex<RebuildProgress>,
        ended: &CancellationToken,
        finished: &CancellationToken,
    ) {
        loop {
            tokio::select! {
                () = finished.cancelled() => return,
                () = self.asked.notified() => {}
                () = sleep(LOOK_EVERY) => {}
            }
            let progress = *latest.lock();
            for shared in wanted {
                let told = shared.controls.note_rebuild(progress, None).await;
                if matches!(told, Ok(false)) || !self.ownership.still_owns(shared.name) {
                    ended.cancel();
                }
            }
        }
    }

    /// One that was swapped in has nothing more to be told of.
    async fn conclude(
        &self,
        shared: &ProjectionShared,
        outcome: &Result<(), RebuildError>,
        progress: RebuildProgress,
    ) -> Result<(), CommitError> {
        let asked = shared.refresh().await?.rebuild.is_some();
        match outcome {
            Err(RebuildError::Stopped) if !asked && self.ownership.still_owns(shared.name) => {
                discard(shared).await?;
            }
            Err(RebuildError::Unavailable(reason)) if asked => {
                shared.controls.note_rebuild(progress, Some(reason)).await?;
            }
            Err(
                error @ (RebuildError::Event { projection, .. }
                | RebuildError::Overtaken { projection }),
            ) if asked && *projection == shared.name => give_up(shared, error).await?,
            // Nobody asks any more, or it goes on in the next round, here or elsewhere.
            _ => {}
        }
        shared.refresh().await?;
        Ok(())
    }
}

/// Notes that a rebuild cannot be finished, and at which event.
async fn give_up(shared: &ProjectionShared, error: &RebuildError) -> Result<(), CommitError> {
    tracing::error!(projection = %shared.name, %error, "a rebuild is given up; the old view answers on");
    shared.controls.end_rebuild(Some(error.to_string())).await?;
    if let RebuildError::Event {
        position, reason, ..
    } = error
    {
        let failing = FailingEvent {
            position: position.0,
            reason: reason.clone(),
        };
        shared.controls.note_failure(Some(&failing)).await?;
    }
    Ok(())
}

/// Empties the generation that was being built.
async fn discard(shared: &ProjectionShared) -> Result<(), CommitError> {
    let _alone = shared.building.lock().await;
    let sink = &shared.checkpoints;
    let current = sink.current().await?;
    let next = current.map_or(0, |(generation, _)| generation) + 1;
    tracing::info!(projection = %shared.name, "a rebuild is called off");
    sink.clear(next).await
}
