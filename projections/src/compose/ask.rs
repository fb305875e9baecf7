//! Orders to projections: taken by any process, carried out by the one that keeps the view.

use betstream_events::{clock::Timestamp, store::StoreError};

use super::Projections;
use crate::{
    control::{FailingEvent, Pause},
    lag::ProjectionStatus,
    projection::ProjectionName,
    rebuild::RebuildTarget,
    runner::Skips,
    views::{CommitError, ViewError},
};

/// An order to a projection that was not taken; nothing was changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ControlError {
    /// It is being rebuilt.
    #[error("{0} is being rebuilt already")]
    Rebuilding(ProjectionName),
    /// Nothing that could be called off.
    #[error("{0} is not being rebuilt")]
    NotRebuilding(String),
    /// It stands still already.
    #[error("{0} is paused already, by {1}")]
    Paused(ProjectionName, String),
    /// Nothing that could be ended.
    #[error("{0} is not paused")]
    NotPaused(ProjectionName),
    /// No event fails there.
    #[error("{0} stands at no event that fails")]
    NotFailing(ProjectionName),
    /// Another event fails there.
    #[error("{name} stands at position {failing}, not at {asked}")]
    OtherEvent {
        /// The projection.
        name: ProjectionName,
        /// The event that fails.
        failing: i64,
        /// The one that was meant.
        asked: i64,
    },
    /// The views' database.
    #[error(transparent)]
    Views(#[from] ViewError),
    /// The log.
    #[error(transparent)]
    Log(#[from] StoreError),
}

impl From<CommitError> for ControlError {
    fn from(error: CommitError) -> Self {
        Self::Views(ViewError::Unavailable(error.to_string()))
    }
}

impl Projections {
    /// How one projection stands.
    pub fn status_of(&self, name: ProjectionName) -> ProjectionStatus {
        self.of(name).status.read()
    }

    /// How the projections of `target` stand.
    pub fn status_of_all(&self, target: RebuildTarget) -> Vec<ProjectionStatus> {
        let covered = self.shared.iter().filter(|one| target.covers(one.name));
        covered.map(|one| one.status.read()).collect()
    }

    /// Asks for a rebuild, which goes on whatever becomes of this process.
    ///
    /// # Errors
    /// [`ControlError::Rebuilding`] when one of them is being rebuilt already.
    pub async fn ask_rebuild(&self, target: RebuildTarget, who: &str) -> Result<(), ControlError> {
        let covered = || self.shared.iter().filter(|one| target.covers(one.name));
        for shared in covered() {
            if shared.refresh().await?.rebuild.is_some() {
                return Err(ControlError::Rebuilding(shared.name));
            }
        }
        for shared in covered() {
            // Whoever asked in between asked for the same.
            shared.controls.ask_rebuild(who).await?;
            shared.refresh().await?;
        }
        self.asked.notify_one();
        Ok(())
    }

    /// Calls a rebuild off: the old view answers on, what was built goes.
    ///
    /// # Errors
    /// [`ControlError::NotRebuilding`] when there is none.
    pub async fn cancel_rebuild(&self, target: RebuildTarget) -> Result<(), ControlError> {
        let mut called_off = false;
        for shared in self.shared.iter().filter(|one| target.covers(one.name)) {
            called_off |= shared.controls.end_rebuild(None).await?;
            shared.refresh().await?;
        }
        if !called_off {
            let what = match target {
                RebuildTarget::All => "no projection".to_owned(),
                RebuildTarget::One(name) => name.to_string(),
            };
            return Err(ControlError::NotRebuilding(what));
        }
        self.asked.notify_one();
        Ok(())
    }

    /// Asks that a projection stands still; it answers on with what it has.
    ///
    /// # Errors
    /// [`ControlError::Paused`] when it does already.
    pub async fn pause(
        &self,
        name: ProjectionName,
        who: &str,
        reason: Option<String>,
        since: Timestamp,
    ) -> Result<(), ControlError> {
        let shared = self.of(name);
        if let Some(pause) = shared.refresh().await?.pause {
            return Err(ControlError::Paused(name, pause.who));
        }
        let who = who.to_owned();
        shared.controls.pause(&Pause { who, reason, since }).await?;
        shared.refresh().await?;
        Ok(())
    }

    /// Lets a paused projection go on.
    ///
    /// # Errors
    /// [`ControlError::NotPaused`] when it is not.
    pub async fn resume(&self, name: ProjectionName) -> Result<(), ControlError> {
        let shared = self.of(name);
        if shared.refresh().await?.pause.is_none() {
            return Err(ControlError::NotPaused(name));
        }
        shared.controls.resume().await?;
        shared.refresh().await?;
        shared.wake.notify_one();
        Ok(())
    }

    /// The event at which a projection stands, that of `position` where one is named.
    ///
    /// # Errors
    /// [`ControlError::NotFailing`] or [`ControlError::OtherEvent`].
    pub async fn failing(
        &self,
        name: ProjectionName,
        position: Option<i64>,
    ) -> Result<FailingEvent, ControlError> {
        let failing = self.of(name).refresh().await?.failing;
        let failing = failing.ok_or(ControlError::NotFailing(name))?;
        match position {
            Some(asked) if asked != failing.position => Err(ControlError::OtherEvent {
                name,
                failing: failing.position,
                asked,
            }),
            _ => Ok(failing),
        }
    }

    /// Tries the event at which a projection stands once more, now.
    ///
    /// # Errors
    /// [`ControlError::NotFailing`] when it stands at none.
    pub async fn retry(&self, name: ProjectionName) -> Result<(), ControlError> {
        self.failing(name, None).await?;
        self.of(name).wake.notify_one();
        Ok(())
    }

    /// Lets a projection go on after it was decided that it passes over `failing`. One that failed
    /// while it was rebuilt stands at it no more.
    ///
    /// # Errors
    /// [`ControlError`] when a database does not answer.
    pub async fn skipped(
        &self,
        name: ProjectionName,
        failing: &FailingEvent,
    ) -> Result<(), ControlError> {
        let shared = self.of(name);
        let position = betstream_events::envelope::Position(failing.position);
        let passes = Skips::load(&*self.log, name).await?.contains(position);
        if passes && *shared.progress.borrow() >= position {
            shared.controls.note_failure(None).await?;
            shared.refresh().await?;
        }
        shared.wake.notify_one();
        Ok(())
    }
}
