//! The pool for reads. Each read is one statement, so it can be tried again.

use std::time::{Duration, Instant};

use betstream_telemetry::measures::{PoolLevels, stores};

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use postgres_types::ToSql;
use tokio_postgres::{Config, Error, NoTls, Row};

use super::{
    config::{BY_INDEX, with_settings},
    connect::within,
    error::{is_certain, unavailable},
    options::PostgresOptions,
};
use crate::store::StoreError;

/// Parameters of a statement.
pub(super) type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

/// How much longer than the server we wait ourselves, for a server that does not answer at all.
const GRACE: Duration = Duration::from_secs(1);

/// How long we wait for one read.
pub(super) const fn patience(options: &PostgresOptions) -> Duration {
    options.read_timeout.saturating_add(GRACE)
}

/// `config` for sessions that read.
pub(super) fn for_reads(config: &Config, options: &PostgresOptions) -> Config {
    let settings = [("statement_timeout", options.read_timeout.as_millis())];
    with_settings(&with_settings(config, BY_INDEX), settings)
}

/// Reads through a bounded pool of connections.
pub(super) struct Reads {
    pool: Pool,
    patience: Duration,
}

impl Reads {
    pub(super) fn new(config: &Config, options: &PostgresOptions) -> Result<Self, StoreError> {
        let recycling = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = Manager::from_config(for_reads(config, options), NoTls, recycling);
        let pool = Pool::builder(manager)
            .max_size(options.read_connections)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(options.connect_timeout))
            .create_timeout(Some(options.connect_timeout))
            .recycle_timeout(Some(options.connect_timeout))
            .build()
            .map_err(|error| StoreError::unavailable(&error))?;
        Ok(Self {
            pool,
            patience: patience(options),
        })
    }

    /// How the connections are used now.
    pub(super) fn levels(&self) -> PoolLevels {
        let status = self.pool.status();
        PoolLevels {
            max: status.max_size,
            open: status.size,
            in_use: status.size.saturating_sub(status.available),
            waiting: status.waiting,
        }
    }

    /// A connection of the pool.
    async fn client(&self) -> Result<Object, StoreError> {
        let began = Instant::now();
        let client = self.pool.get().await;
        stores::POOL_WAIT.of(["log"]).record(began.elapsed());
        client.map_err(|error| StoreError::unavailable(&error).counted())
    }

    /// The rows of one statement.
    pub(super) async fn query(
        &self,
        sql: &'static str,
        parameters: Parameters<'_>,
    ) -> Result<Vec<Row>, StoreError> {
        match self.try_query(sql, parameters).await? {
            Ok(rows) => Ok(rows),
            Err(error) if is_certain(&error) => Err(failed(&error)),
            // The connection was ended while it lay in the pool: another one may do.
            Err(_) => self
                .try_query(sql, parameters)
                .await?
                .map_err(|error| failed(&error)),
        }
    }

    async fn try_query(
        &self,
        sql: &'static str,
        parameters: Parameters<'_>,
    ) -> Result<Result<Vec<Row>, Error>, StoreError> {
        let client = self.client().await?;
        let reading = async {
            let statement = client.prepare_cached(sql).await?;
            client.query(&statement, parameters).await
        };
        match within(self.patience, "a read", reading).await {
            Ok(result) => Ok(result),
            Err(late) => {
                // It may still answer one day; nobody shall wait behind it.
                drop(Object::take(client));
                Err(late.counted())
            }
        }
    }
}

fn failed(error: &Error) -> StoreError {
    unavailable(error).counted()
}
