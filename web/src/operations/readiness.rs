//! Whether the process takes work: set by the composition, told by `/health` and `/readyz`.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// How far the process is; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Readiness(Arc<Flags>);

#[derive(Debug, Default)]
struct Flags {
    ready: AtomicBool,
    draining: AtomicBool,
}

impl Readiness {
    /// Migrations are done, every configured server is connected, the stream is made. From now on
    /// `/health` is 200, whatever comes.
    pub fn set_ready(&self) {
        self.0.ready.store(true, Ordering::Release);
    }

    /// The process is stopping: `/readyz` is 503 from now on.
    pub fn set_draining(&self) {
        self.0.draining.store(true, Ordering::Release);
    }

    /// Whether it was ready once.
    pub fn was_ready(&self) -> bool {
        self.0.ready.load(Ordering::Acquire)
    }

    /// Whether it is stopping.
    pub fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Acquire)
    }
}
