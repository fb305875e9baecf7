//! A runner that does not follow: it stands at an event that fails, somebody asked it to stand still,
//! or another process keeps the view.

use std::time::Duration;

use betstream_events::envelope::Position;

use super::{Runner, run::LOOK_EVERY};
use crate::{control::FailingEvent, lag::ProjectionState, views::CommitError};

/// How often a process that is not the owner asks again, and looks how far the owner is.
const STANDBY_POLL: Duration = Duration::from_millis(500);
/// How long a projection stays paused before it tries the failing event again.
const PAUSE: Duration = Duration::from_secs(30);

impl Runner {
    pub(super) async fn pause(&self, position: Position, reason: &str) {
        tracing::error!(projection = %self.shared.name, %position, reason, "a projection pauses at an event that fails");
        self.shared
            .status
            .set_error(Some(format!("event at position {position}: {reason}")));
        self.shared.status.set_state(ProjectionState::Paused);
        let failing = FailingEvent {
            position: position.0,
            reason: reason.to_owned(),
        };
        if let Err(error) = self.note_failure(&failing).await {
            tracing::warn!(projection = %self.shared.name, %error, "a failing event could not be noted");
        }
        tokio::select! {
            () = self.shared.wake.notified() => {}
            () = self.wait(PAUSE) => {}
        }
    }

    async fn note_failure(&self, failing: &FailingEvent) -> Result<(), CommitError> {
        self.shared.controls.note_failure(Some(failing)).await?;
        self.shared.refresh().await?;
        Ok(())
    }

    /// Waits until nobody wants a pause any more.
    pub(super) async fn stand_still(&self) {
        tracing::info!(projection = %self.shared.name, "a projection pauses, as was asked");
        self.shared.status.set_state(ProjectionState::Paused);
        while self.shared.status.is_paused() && !self.stop.is_cancelled() {
            tokio::select! {
                () = self.shared.wake.notified() => {}
                () = self.wait(LOOK_EVERY) => {}
            }
            if let Err(error) = self.shared.refresh().await {
                tracing::debug!(projection = %self.shared.name, %error, "whether it is paused is not known now");
            }
            if !self.ownership.still_owns(self.shared.name) {
                return;
            }
        }
    }

    pub(super) async fn stand_by(&self) {
        self.shared.status.set_state(ProjectionState::Standby);
        if let Ok(Some(checkpoint)) = self.shared.checkpoints.checkpoint().await {
            self.shared.advance(checkpoint.position);
            self.shared.status.set_known();
        }
        if let Err(error) = self.shared.refresh().await {
            tracing::debug!(projection = %self.shared.name, %error, "what is asked of it is not known now");
        }
        self.wait(STANDBY_POLL).await;
    }
}
