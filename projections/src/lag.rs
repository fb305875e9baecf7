//! How each projection stands, for people and for metrics.

use betstream_events::envelope::Position;
use betstream_telemetry::measures::projections;
use parking_lot::Mutex;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    control::{Control, FailingEvent, Pause, RebuildStatus},
    projection::ProjectionName,
    rebuild::RebuildProgress,
};

/// How a projection stands.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
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
    /// How long ago the first event was recorded that it has not counted, in seconds.
    pub lag_seconds: f64,
    /// Events a second, of late.
    pub rate: f64,
    /// Whether it stands still while the log grows, and nobody asked for that.
    pub stalled: bool,
    /// What it is doing.
    pub state: ProjectionState,
    /// What is wrong, while something is.
    pub error: Option<String>,
    /// The process that keeps the view.
    pub keeper: Option<String>,
    /// The pause that somebody asked for.
    pub pause: Option<Pause>,
    /// The event that it cannot take: it stands before it, or the last rebuild did.
    pub failing: Option<FailingEvent>,
    /// The rebuild that is under way.
    pub rebuild: Option<RebuildStatus>,
    /// Why the last rebuild was given up.
    pub rebuild_error: Option<String>,
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
    /// It stands still: somebody asked for it, or an event fails again and again. Everything up to
    /// there is counted.
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
    pace: Pace,
    control: Control,
}

/// How fast it goes, measured from without.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Pace {
    pub(crate) lag_seconds: f64,
    pub(crate) rate: f64,
    pub(crate) stalled: bool,
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
            pace: Pace::default(),
            control: Control::default(),
        };
        Self {
            name,
            inner: Mutex::new(inner),
        }
    }

    pub(crate) fn set_state(&self, state: ProjectionState) {
        let mut inner = self.inner.lock();
        if inner.state != state {
            inner.state = state;
            self.show_state(&inner);
        }
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
        let mut inner = self.inner.lock();
        inner.rebuilding = rebuilding;
        self.show_state(&inner);
    }

    pub(crate) fn set_error(&self, error: Option<String>) {
        self.inner.lock().error = error;
    }

    pub(crate) fn set_pace(&self, pace: Pace) {
        self.inner.lock().pace = pace;
        let word = self.name.word();
        projections::LAG_SECONDS.of([word]).set(pace.lag_seconds);
        projections::RATE.of([word]).set(pace.rate);
        projections::STALLED.of([word]).set(truth(pace.stalled));
    }

    pub(crate) fn set_control(&self, control: Control) {
        let mut inner = self.inner.lock();
        inner.control = control;
        self.show_state(&inner);
    }

    pub(crate) fn control(&self) -> Control {
        self.inner.lock().control.clone()
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.inner.lock().control.pause.is_some()
    }

    pub(crate) fn set_rebuild_progress(&self, progress: RebuildProgress) {
        let mut inner = self.inner.lock();
        if let Some(rebuild) = &mut inner.control.rebuild {
            rebuild.progress = Some(progress);
        }
        self.show_state(&inner);
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
            lag_seconds: inner.pace.lag_seconds,
            rate: inner.pace.rate,
            stalled: inner.pace.stalled,
            keeper: inner.control.keeper.clone(),
            pause: inner.control.pause.clone(),
            failing: inner.control.failing.clone(),
            rebuild: inner.control.rebuild.clone(),
            rebuild_error: inner.control.rebuild_error.clone(),
        }
    }

    fn measure(&self, inner: &Inner) {
        let (word, lag) = (self.name.word(), (inner.head.0 - inner.position.0).max(0));
        projections::POSITION
            .of([word])
            .set(inner.position.0 as f64);
        projections::LAG_EVENTS.of([word]).set(lag as f64);
    }

    fn show_state(&self, inner: &Inner) {
        let word = self.name.word();
        let stands = inner.control.pause.is_some()
            || inner.control.fails_after(inner.position)
            || inner.state == ProjectionState::Paused;
        projections::KEPT
            .of([word])
            .set(truth(inner.state != ProjectionState::Standby));
        projections::PAUSED.of([word]).set(truth(stands));
        let rebuild = inner.control.rebuild.as_ref();
        let rebuilding = inner.rebuilding || rebuild.is_some();
        projections::REBUILDING.of([word]).set(truth(rebuilding));
        let progress = rebuild.and_then(|rebuild| rebuild.progress);
        let part = progress.filter(|progress| progress.head > 0);
        let part = part.map_or(0.0, |progress| progress.done as f64 / progress.head as f64);
        projections::REBUILD_PROGRESS.of([word]).set(part);
    }
}

/// A state as a gauge shows it.
fn truth(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}
