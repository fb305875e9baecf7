//! The gate through which every command goes in: it can be closed, and it knows when the last
//! command that went in has come out.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use tokio::sync::Notify;

/// Counts the commands in hand; cheap to clone.
#[derive(Clone, Default)]
pub struct Gate {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    closed: AtomicBool,
    inside: AtomicUsize,
    emptied: Notify,
}

/// A command's stay inside; leaving is dropping it.
pub struct Pass {
    inner: Arc<Inner>,
}

impl Gate {
    /// Goes in, unless the gate is closed.
    pub fn enter(&self) -> Option<Pass> {
        self.inner.inside.fetch_add(1, Ordering::SeqCst);
        let pass = Pass {
            inner: self.inner.clone(),
        };
        (!self.inner.closed.load(Ordering::SeqCst)).then_some(pass)
    }

    /// How many commands are in hand.
    pub fn inside(&self) -> usize {
        self.inner.inside.load(Ordering::SeqCst)
    }

    /// Lets nobody in any more, and returns when everybody is out.
    pub async fn close(&self) {
        self.inner.closed.store(true, Ordering::SeqCst);
        loop {
            let emptied = self.inner.emptied.notified();
            if self.inside() == 0 {
                return;
            }
            emptied.await;
        }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if self.inner.inside.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.inner.emptied.notify_waiters();
        }
    }
}
