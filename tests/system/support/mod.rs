//! What the stories stand on: a database of one's own, the binary, and clients that know nothing
//! of our code.
#![allow(
    dead_code,
    reason = "tests/system and tests/chaos each use a part of it"
)]

pub(crate) mod collector;
pub(crate) mod database;
pub(crate) mod desk;
pub(crate) mod http;
pub(crate) mod nginx;
pub(crate) mod operators;
pub(crate) mod own;
pub(crate) mod pair;
pub(crate) mod server;
pub(crate) mod sse;
pub(crate) mod streams;
pub(crate) mod ws;

use std::time::{Duration, Instant};

pub(crate) use database::World;
pub(crate) use server::Server;

/// How long anything may take before the story fails; a machine that is busy with other tests is slow.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);

/// Waits until `condition` gives something; fails with `what` when it never does.
pub(crate) async fn eventually<T>(what: &str, mut condition: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = condition().await {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A variable that `make test` sets.
pub(crate) fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run through `make test`"))
}

/// A name that no other test has.
pub(crate) fn unique(prefix: &str) -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!(
        "{prefix}_{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}
