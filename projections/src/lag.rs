//! How each projection stands, for people and for metrics.

use betstream_events::envelope::Position;
use parking_lot::Mutex;
use serde::Serialize;
use utoipa::ToSchema;

use crate::projection::ProjectionName;

/// How a projection stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProjectionStatus {
    /// Its name.
    #[schema(example = "desk")]
    pub name: &'static str,
    /// The last position that it has counted.
    pub position: i64,
    /// Where the log ended when it last looked.
    pub head: i64,
    /// How many positions it is behind.
    pub lag: i64,
    /// What it is doing.
    pub state: ProjectionState,
    /// What is wrong, while something is.
    pub error: Option<String>,
}

/// What a projection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProjectionState {
    /// It follows the log as it grows.
    Running,
    /// It reads what it has missed.
    CatchingUp,
    /// It counts the whole log again; the old answers stay until it is done.
    Rebuilding,
    /// An event fails again and again; everything up to it is counted.
    Paused,
    /// Another process keeps this view.
    Standby,
}

/// One projection's status, written by its runner and read by anybody.
#[derive(Debug)]
pub(crate) struct StatusCell {
    name: ProjectionName,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    position: Position,
    head: Position,
    state: ProjectionState,
    rebuilding: bool,
    /// Whether its checkpoint was ever found, here or at the process that keeps it.
    known: bool,
    error: Option<String>,
}

impl StatusCell {
    pub(crate) fn new(name: ProjectionName) -> Self {
        let state = ProjectionState::Standby;
        let inner = Inner {
            position: Position::START,
            head: Position::START,
            state,
            rebuilding: false,
            known: false,
            error: None,
        };
        Self {
            name,
            inner: Mutex::new(inner),
        }
    }

    pub(crate) fn set_state(&self, state: ProjectionState) {
        self.inner.lock().state = state;
    }

    pub(crate) fn state(&self) -> ProjectionState {
        self.inner.lock().state
    }

    pub(crate) fn set_known(&self) {
        self.inner.lock().known = true;
    }

    pub(crate) fn is_known(&self) -> bool {
        self.inner.lock().known
    }

    pub(crate) fn set_rebuilding(&self, rebuilding: bool) {
        self.inner.lock().rebuilding = rebuilding;
    }

    pub(crate) fn set_error(&self, error: Option<String>) {
        self.inner.lock().error = error;
    }

    pub(crate) fn reached(&self, position: Position) {
        let mut inner = self.inner.lock();
        inner.position = position;
        inner.head = inner.head.max(position);
        self.measure(&inner);
    }

    pub(crate) fn saw_head(&self, head: Position) {
        let mut inner = self.inner.lock();
        inner.head = head;
        self.measure(&inner);
    }

    pub(crate) fn read(&self) -> ProjectionStatus {
        let inner = self.inner.lock();
        ProjectionStatus {
            name: self.name.word(),
            position: inner.position.0,
            head: inner.head.0,
            lag: (inner.head.0 - inner.position.0).max(0),
            state: if inner.rebuilding {
                ProjectionState::Rebuilding
            } else {
                inner.state
            },
            error: inner.error.clone(),
        }
    }

    fn measure(&self, inner: &Inner) {
        let lag = (inner.head.0 - inner.position.0).max(0);
        metrics::gauge!("betstream_projection_position", "projection" => self.name.word())
            .set(inner.position.0 as f64);
        metrics::gauge!("betstream_projection_lag", "projection" => self.name.word())
            .set(lag as f64);
    }
}
