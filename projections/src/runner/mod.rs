//! What keeps a projection up to date: it follows the log, folds what it reads and commits.
//!
//! `CatchingUp` reads the log in chunks; `Live` takes what this process commits from memory. A
//! gap, a lagging receiver, a nudge or a quarter of a second without news leads back to the log,
//! which is the truth; memory only saves the wait.

mod actor;
mod apply;
mod follower;
mod ownership;
mod rest;
mod run;
mod sink;
mod skips;
mod standing;
#[cfg(test)]
mod tests;
mod view_sink;

use std::sync::Arc;

use betstream_events::envelope::Position;
use tokio::sync::{Mutex, Notify, watch};

pub use ownership::{AlwaysOwner, NeverOwner, Ownership};

pub(crate) use actor::{RunningProjection, start};
pub(crate) use follower::{LogFollower, Step};
pub(crate) use rest::Rest;
pub(crate) use run::Runner;
pub(crate) use sink::{Fold, PartFold, Sink, fold_event};
pub(crate) use skips::Skips;
pub(crate) use view_sink::ViewSink;

use crate::{
    control::{Control, Controls},
    lag::StatusCell,
    projection::ProjectionName,
    views::{CommitError, ViewError, ViewStore},
};

/// What everybody may know of one projection in this process.
pub(crate) struct ProjectionShared {
    pub(crate) name: ProjectionName,
    pub(crate) status: StatusCell,
    pub(crate) progress: watch::Sender<Position>,
    /// Where its checkpoint is kept.
    pub(crate) checkpoints: Arc<dyn Sink>,
    /// What is asked of it.
    pub(crate) controls: Controls,
    /// Held round every commit of the runner, so that a swap or a comparison meets a view at rest.
    pub(crate) gate: Mutex<()>,
    /// Held by whoever rebuilds it.
    pub(crate) building: Mutex<()>,
    /// Ends a pause before its time.
    pub(crate) wake: Notify,
    /// Ends a rest before its time: somebody waits for the view.
    pub(crate) hurry: Notify,
}

impl ProjectionShared {
    /// `views` is where orders are kept, wherever the sink keeps its rows.
    pub(crate) fn new(sink: Arc<dyn Sink>, views: Arc<dyn ViewStore>) -> Arc<Self> {
        let name = sink.name();
        Arc::new(Self {
            name,
            status: StatusCell::new(name),
            progress: watch::Sender::new(Position::START),
            checkpoints: sink,
            controls: Controls::new(views, name),
            gate: Mutex::new(()),
            building: Mutex::new(()),
            wake: Notify::new(),
            hurry: Notify::new(),
        })
    }

    /// What is asked of it now, noted for everybody in this process.
    pub(crate) async fn refresh(&self) -> Result<Control, ViewError> {
        let control = self.controls.read().await?;
        self.status.set_control(control.clone());
        Ok(control)
    }

    /// Notes that it was rebuilt: whoever asked for it has it, and what failed before is past.
    pub(crate) async fn was_rebuilt(&self) -> Result<(), CommitError> {
        self.controls.end_rebuild(None).await?;
        self.controls.note_failure(None).await?;
        self.refresh().await?;
        Ok(())
    }

    /// Notes that the view stands at `position`, even when that is further back than before.
    pub(crate) fn stands_at(&self, position: Position) {
        self.status.reached(position);
        self.progress.send_replace(position);
    }

    /// Notes that the view has counted up to `position` at least.
    pub(crate) fn advance(&self, position: Position) {
        let moved = self.progress.send_if_modified(|known| {
            let moves = position > *known;
            *known = position.max(*known);
            moves
        });
        if moved {
            self.status.reached(position);
        }
    }
}
