//! Connections to Postgres, and the migration under a lock.

use std::{str::FromStr, time::Duration};

use betstream_events::fault::{self, Point};
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use refinery::error::Kind;
use tokio_postgres::{Client, Config, NoTls};

use super::migrations;
use crate::views::{ViewError, error::chain_of};

/// How many connections the views use at most: the projections, and reads beside them.
const CONNECTIONS: usize = 16;
/// How long a connection may take to be made or to become free.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long one read may take, all of its statements together: as long as a command.
pub(super) const READ_PATIENCE: Duration = Duration::from_secs(10);
/// How long one commit may take. What comes later is looked for again from the checkpoint.
pub(super) const COMMIT_PATIENCE: Duration = Duration::from_secs(60);
/// How long a process may stand still in a transaction or a migration before the server ends it:
/// it holds a checkpoint or a lock that another process waits for.
const STANDS_STILL_AT_MOST: Duration = Duration::from_secs(5);
/// The advisory lock under which the tables are made: refinery itself takes none, and two
/// processes that start at once would race. The number is arbitrary and ours for ever.
const MIGRATION_LOCK: i64 = 0x6265_7476_6965_7773;

fn config(url: &str) -> Result<Config, ViewError> {
    let mut config =
        Config::from_str(url).map_err(|error| ViewError::Unusable(chain_of(&error)))?;
    config
        .connect_timeout(PATIENCE)
        .tcp_user_timeout(READ_PATIENCE)
        // A peer that vanished without a word is noticed within half a minute.
        .keepalives_idle(Duration::from_secs(10))
        .keepalives_interval(Duration::from_secs(5))
        .keepalives_retries(4);
    config.application_name("betstream views");
    let options = format!(
        "{} -c idle_in_transaction_session_timeout={}",
        config.get_options().unwrap_or_default(),
        STANDS_STILL_AT_MOST.as_millis()
    );
    config.options(options.trim_start());
    Ok(config)
}

/// One connection outside the pool; it closes when the client is dropped.
pub(super) async fn connect(url: &str) -> Result<Client, ViewError> {
    let (client, connection) = config(url)?
        .connect(NoTls)
        .await
        .map_err(|error| ViewError::Unavailable(chain_of(&error)))?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection of the views ended");
        }
    });
    Ok(client)
}

pub(super) fn pool(url: &str) -> Result<Pool, ViewError> {
    let manager = Manager::from_config(
        config(url)?,
        NoTls,
        ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        },
    );
    Pool::builder(manager)
        .max_size(CONNECTIONS)
        .wait_timeout(Some(PATIENCE))
        .create_timeout(Some(PATIENCE))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|error| ViewError::Unusable(error.to_string()))
}

/// Makes the tables where they are missing.
pub(super) async fn migrate(url: &str) -> Result<(), ViewError> {
    let mut client = connect(url).await?;
    let unavailable = |error: tokio_postgres::Error| ViewError::Unavailable(chain_of(&error));
    // A process that stands still here must not keep the others from starting.
    let expect = format!(
        "SET idle_session_timeout = {}",
        STANDS_STILL_AT_MOST.as_millis()
    );
    client.batch_execute(&expect).await.map_err(unavailable)?;
    client
        .execute("SELECT pg_advisory_lock($1)", &[&MIGRATION_LOCK])
        .await
        .map_err(unavailable)?;
    fault::pass(Point::BeforeMigration);
    let mut runner = migrations::migrations::runner();
    runner.set_migration_table_name("read_models_schema_history");
    runner
        .run_async(&mut client)
        .await
        .map_err(|error| failed_migration(&error))?;
    fault::pass(Point::AfterMigration);
    client
        .execute("SELECT pg_advisory_unlock($1)", &[&MIGRATION_LOCK])
        .await
        .map_err(unavailable)?;
    Ok(())
}

/// A schema of another version stays as it is; all else may pass, a lost connection above all.
fn failed_migration(error: &refinery::Error) -> ViewError {
    let reason = chain_of(error);
    match error.kind() {
        Kind::MissingVersion(_) | Kind::DivergentVersion(..) => ViewError::Unusable(reason),
        _ => ViewError::Unavailable(reason),
    }
}
