//! Counters in Redis, under the names of the reference system: `game:<id>:odds_updates`.
//!
//! A checkpoint lies beside them. One script compares it, adds and sets it, so that no event is
//! counted twice; when it is gone or another one, Redis was lost and is filled from the log.

mod check;
mod keys;
mod replace;
mod sink;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use ::redis::{
    Client, Cmd, ErrorKind, RedisError as DriverError,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use async_trait::async_trait;
use betstream_telemetry::measures::stores;
use parking_lot::Mutex;

pub(crate) use sink::RedisSink;

use super::counters::{OddsCount, OddsCounters};
use crate::answer::QueryError;

/// How long a figure waits for Redis; then it is the last one that is known.
const READ_WITHIN: Duration = Duration::from_secs(1);

/// A Redis that cannot be used at all.
#[derive(Clone, Debug, thiserror::Error)]
#[error("REDIS_URL {url:?} cannot be used: {reason}")]
pub struct RedisError {
    /// The address, without a password.
    pub url: String,
    /// In the driver's own words.
    pub reason: String,
}

/// Counters in Redis; cheap to clone.
#[derive(Clone)]
pub struct RedisCounters {
    inner: Arc<Inner>,
}

struct Inner {
    connection: ConnectionManager,
    failures: AtomicU64,
    last_known: Mutex<OddsCount>,
}

impl RedisCounters {
    /// Counters at `url` (`redis://…` or `host:port`). Nothing is asked yet: a server that is
    /// down is tried again with each use.
    ///
    /// # Errors
    /// [`RedisError`] when the address cannot be read.
    pub fn connect(url: &str) -> Result<Self, RedisError> {
        let full = if url.contains("://") {
            url.to_owned()
        } else {
            format!("redis://{url}")
        };
        let refuse = |error: DriverError| RedisError {
            url: betstream_events::store::url::masked(&full),
            reason: error.to_string(),
        };
        let client = Client::open(full.as_str()).map_err(refuse)?;
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(1)
            .set_connection_timeout(Some(Duration::from_secs(2)))
            .set_response_timeout(Some(Duration::from_secs(10)));
        let connection = ConnectionManager::new_lazy_with_config(client, config).map_err(refuse)?;
        let inner = Inner {
            connection,
            failures: AtomicU64::new(0),
            last_known: Mutex::new(OddsCount::default()),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Warns when the server may drop counters by itself, or is not a single primary.
    pub(crate) async fn warn_of_unfit_settings(&self) {
        for warning in check::unfit_settings(&mut self.connection()).await {
            tracing::warn!(%warning, "Redis is not set up for counters that must not be lost");
        }
    }

    /// A checkpoint and a counter, asked for by who waits for other figures, too.
    async fn read(&self, query: &Cmd) -> Result<(Option<String>, Option<i64>), DriverError> {
        tokio::time::timeout(READ_WITHIN, query.query_async(&mut self.connection()))
            .await
            .unwrap_or_else(|_late| Err((ErrorKind::Io, "no answer in time").into()))
    }

    fn connection(&self) -> ConnectionManager {
        self.inner.connection.clone()
    }

    /// Counts a failure and gives its text.
    fn failed(&self, error: &DriverError) -> String {
        self.inner.failures.fetch_add(1, Ordering::Relaxed);
        stores::FAILURES.of(["redis", "unavailable"]).increment(1);
        error.to_string()
    }
}

#[async_trait]
impl OddsCounters for RedisCounters {
    async fn total(&self) -> Result<OddsCount, QueryError> {
        let mut query = ::redis::cmd("MGET");
        query.arg(keys::CHECKPOINT).arg(keys::TOTAL);
        let answer = self.read(&query).await;
        let mut last_known = self.inner.last_known.lock();
        let count =
            match answer {
                Ok((checkpoint, updates)) => checkpoint
                    .as_deref()
                    .and_then(keys::read_checkpoint)
                    .map(|checkpoint| OddsCount {
                        updates: updates.unwrap_or(0),
                        position: checkpoint.position,
                        stale: false,
                    }),
                Err(error) => {
                    self.failed(&error);
                    None
                }
            };
        *last_known = count.unwrap_or(OddsCount {
            stale: true,
            ..*last_known
        });
        Ok(*last_known)
    }

    async fn of_game(&self, game_id: &str) -> Result<OddsCount, QueryError> {
        let mut query = ::redis::cmd("MGET");
        query.arg(keys::CHECKPOINT).arg(keys::of_game(game_id));
        let (checkpoint, updates) = self
            .read(&query)
            .await
            .map_err(|error| QueryError::Counters(self.failed(&error)))?;
        let checkpoint = checkpoint.as_deref().and_then(keys::read_checkpoint);
        Ok(OddsCount {
            updates: updates.unwrap_or(0),
            position: checkpoint
                .map(|checkpoint| checkpoint.position)
                .unwrap_or_default(),
            stale: checkpoint.is_none(),
        })
    }

    fn failures(&self) -> u64 {
        self.inner.failures.load(Ordering::Relaxed)
    }
}

impl std::fmt::Debug for RedisCounters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedisCounters")
            .field("failures", &self.failures())
            .finish_non_exhaustive()
    }
}
