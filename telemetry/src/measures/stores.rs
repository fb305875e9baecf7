//! Stores, their pools, and the servers that are needed.

use super::{
    Label,
    listing::{listing, measures},
};

/// Which store.
const STORE: Label = Label::of("store", &["log", "views", "redis"]);
/// What was wrong.
const KIND: Label = Label::of(
    "kind",
    &[
        "unavailable",
        "full",
        "outcome_unknown",
        "rejected",
        "damaged",
    ],
);
/// Whose connections for reads.
const POOL: Label = Label::of("pool", &["log", "views"]);
/// What a server is needed for.
const SERVER: Label = Label::of("server", &["log", "views", "odds", "stream", "nudges"]);

/// How a pool of connections is used at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolLevels {
    /// The most connections; zero when nothing bounds them.
    pub max: usize,
    /// Connections that are open.
    pub open: usize,
    /// Of these, those in use.
    pub in_use: usize,
    /// Who waits for one.
    pub waiting: usize,
}

impl PoolLevels {
    /// Shows them as those of `pool`.
    pub fn show(self, pool: &str) {
        POOL_MAX.of([pool]).set(self.max as f64);
        POOL_OPEN.of([pool]).set(self.open as f64);
        POOL_IN_USE.of([pool]).set(self.in_use as f64);
        POOL_WAITING.of([pool]).set(self.waiting as f64);
    }
}

measures! {
    counter FAILURES "betstream_store_failures_total" [STORE, KIND] "Operations that a store did not carry out.";
    gauge POOL_MAX "betstream_pool_connections_max" [POOL] "The most connections for reads.";
    gauge POOL_OPEN "betstream_pool_connections" [POOL] "Connections for reads that are open.";
    gauge POOL_IN_USE "betstream_pool_in_use" [POOL] "Of these, those in use.";
    gauge POOL_WAITING "betstream_pool_waiting" [POOL] "Who waits for a connection.";
    histogram POOL_WAIT "betstream_pool_wait_duration_seconds" [POOL] in SECONDS "How long a read waited for its connection.";
    gauge CONNECTED "betstream_server_connected" [SERVER] "Whether what is needed answers (1); what is embedded always does.";
    gauge READY "betstream_ready" "Whether the process takes work (1).";
}
