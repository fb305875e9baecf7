//! Until when an append may take.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use super::super::connect::within;
use crate::store::StoreError;

/// An instant that bounds everything done for one append.
#[derive(Clone, Copy, Debug)]
pub(in crate::store::postgres) struct Deadline(Instant);

impl Deadline {
    /// `patience` from now.
    pub(in crate::store::postgres) fn after(patience: Duration) -> Self {
        Self(Instant::now() + patience)
    }

    /// This one, or `patience` from now where that is later.
    pub(super) fn at_least(self, patience: Duration) -> Self {
        Self(self.0.max(Instant::now() + patience))
    }

    /// What is left.
    pub(super) fn remaining(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Until when the lock may be waited for: a fifth is left for the write.
    pub(super) fn for_the_lock(self) -> Self {
        Self(Instant::now() + self.remaining() * 4 / 5)
    }

    /// What one step may take, so that as much is left to find out what became of it.
    pub(super) fn half(self) -> Duration {
        self.remaining() / 2
    }

    pub(super) fn is_over(self) -> bool {
        self.remaining().is_zero()
    }

    /// Waits for `work` at most until then.
    pub(in crate::store::postgres) async fn bound<T>(
        self,
        what: &str,
        work: impl Future<Output = T>,
    ) -> Result<T, StoreError> {
        within(self.remaining(), what, work).await
    }
}
