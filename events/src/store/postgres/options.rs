//! How the adapter uses its server.

use std::time::Duration;

/// Sizes and patience of a [`super::PostgresStore`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostgresOptions {
    /// Most connections for reads; appends have one of their own beside them.
    pub read_connections: usize,
    /// How long connecting may take, and waiting for a free connection.
    pub connect_timeout: Duration,
    /// How long one read may take.
    pub read_timeout: Duration,
    /// How long an append may take, from the call to its answer. The lookup of a lost answer gets
    /// two seconds even when less is left.
    pub append_deadline: Duration,
    /// How long an append waits for the lock before it looks at who holds it.
    pub lock_patience: Duration,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            read_connections: 8,
            connect_timeout: Duration::from_secs(3),
            read_timeout: Duration::from_secs(30),
            append_deadline: Duration::from_secs(10),
            lock_patience: Duration::from_secs(2),
        }
    }
}
