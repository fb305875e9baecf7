//! Reading one's own writes: wait until a view has counted a position.

use std::{sync::Arc, time::Duration};

use betstream_events::envelope::Position;
use tokio::{
    sync::watch,
    time::{Instant, timeout_at},
};

use crate::{lag::ProjectionState, runner::ProjectionShared};

/// How often the checkpoint of a view that another process keeps is looked at.
const POLL_FOREIGN: Duration = Duration::from_millis(20);

/// Tells up to where one view has counted; cheap to clone.
#[derive(Clone)]
pub struct ViewProgress {
    shared: Arc<ProjectionShared>,
}

impl ViewProgress {
    pub(crate) const fn new(shared: Arc<ProjectionShared>) -> Self {
        Self { shared }
    }

    /// The position that the view is known to have reached.
    pub fn position(&self) -> Position {
        *self.shared.progress.borrow()
    }

    /// Waits until the view has counted `position`, at most `timeout`. Says whether it has.
    /// It works whichever process keeps the view.
    pub async fn wait_until(&self, position: Position, timeout: Duration) -> bool {
        if self.position() >= position {
            return true;
        }
        let deadline = Instant::now() + timeout;
        let mut reached = self.shared.progress.subscribe();
        loop {
            if *reached.borrow_and_update() >= position {
                return true;
            }
            if self.shared.status.state() == ProjectionState::Standby
                && self.stored().await >= Some(position)
            {
                return true;
            }
            self.shared.hurry.notify_one();
            let wake = deadline.min(Instant::now() + POLL_FOREIGN);
            let changed = timeout_at(wake, reached.changed()).await;
            let runner_is_gone = matches!(changed, Ok(Err(watch::error::RecvError { .. })));
            if Instant::now() >= deadline || runner_is_gone {
                return *reached.borrow() >= position;
            }
        }
    }

    /// What the view's own checkpoint says, noted for everybody who waits.
    async fn stored(&self) -> Option<Position> {
        let checkpoint = self.shared.checkpoints.checkpoint().await.ok()??;
        self.shared.advance(checkpoint.position);
        Some(checkpoint.position)
    }
}

impl std::fmt::Debug for ViewProgress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ViewProgress")
            .field("position", &self.position())
            .finish()
    }
}
