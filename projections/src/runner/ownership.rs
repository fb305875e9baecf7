//! Who keeps a view up to date. A convenience that spares wasted work, never the guard: that is
//! the checkpoint, which is compared and set.

use async_trait::async_trait;

use crate::projection::ProjectionName;

/// Settles which process keeps which view.
#[async_trait]
pub trait Ownership: Send + Sync + 'static {
    /// Whether this process is the owner now; it becomes the owner when there is none.
    async fn try_own(&self, name: ProjectionName) -> bool;

    /// Whether it still is, as far as is known without asking.
    fn still_owns(&self, name: ProjectionName) -> bool;

    /// Lets another process take over.
    async fn release(&self, name: ProjectionName);
}

/// The owner of everything: one process has the file to itself.
#[derive(Clone, Copy, Debug)]
pub struct AlwaysOwner;

#[async_trait]
impl Ownership for AlwaysOwner {
    async fn try_own(&self, _: ProjectionName) -> bool {
        true
    }

    fn still_owns(&self, _: ProjectionName) -> bool {
        true
    }

    async fn release(&self, _: ProjectionName) {}
}

/// The owner of nothing: other processes keep the views, and this one looks how far they are.
#[derive(Clone, Copy, Debug)]
pub struct NeverOwner;

#[async_trait]
impl Ownership for NeverOwner {
    async fn try_own(&self, _: ProjectionName) -> bool {
        false
    }

    fn still_owns(&self, _: ProjectionName) -> bool {
        false
    }

    async fn release(&self, _: ProjectionName) {}
}
