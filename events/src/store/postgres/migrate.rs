//! Makes the database ready: recognises what is in it, brings the schema up to date, names the log.

use std::{cmp::Ordering, time::Duration};

use tokio_postgres::{Client, Config};

use super::{
    config::with_settings,
    connect::{Connection, connect},
    error::unavailable,
    options::PostgresOptions,
    rows::get,
    sql,
};
use crate::{
    fault::{self, Point},
    money::Currency,
    store::{StoreError, url::masked},
};

refinery::embed_migrations!("../schema/postgres/event_store");

/// Held by the process that migrates (`betsmigr` as a number).
const MIGRATION_LOCK: i64 = 0x6265_7473_6d69_6772;

/// How long a start waits for another process that migrates.
const MIGRATION_PATIENCE: Duration = Duration::from_secs(60);

/// How long a process that migrates may stand still before the server ends its session: others wait
/// for its lock.
const STANDS_STILL_AT_MOST: Duration = Duration::from_secs(5);

/// The table in which refinery keeps what it applied.
const HISTORY: &str = "event_store_migrations";

/// Migrates the database behind `url` and names its log, one process at a time.
///
/// # Errors
/// [`StoreError::Unusable`] when it is another product's, of a newer schema or not in UTF-8;
/// [`StoreError::Unavailable`] when it does not answer.
pub(super) async fn prepare(
    url: &str,
    config: &Config,
    currency: Currency,
    options: &PostgresOptions,
) -> Result<(), StoreError> {
    let connection = migrate(url, config, options).await?;
    let keep = connection
        .client
        .execute(sql::KEEP_IDENTITY, &[&currency.code()])
        .await;
    keep.map(|_| ()).map_err(|error| unavailable(&error))
}

/// Brings the schema behind `url` up to date, or makes it. Others wait for the session that is
/// given.
///
/// # Errors
/// As [`prepare`].
pub(super) async fn migrate(
    url: &str,
    config: &Config,
    options: &PostgresOptions,
) -> Result<Connection, StoreError> {
    let settings = [
        ("lock_timeout", MIGRATION_PATIENCE),
        ("idle_session_timeout", STANDS_STILL_AT_MOST),
        ("idle_in_transaction_session_timeout", STANDS_STILL_AT_MOST),
    ]
    .map(|(setting, patience)| (setting, patience.as_millis()));
    let mut connection = connect(&with_settings(config, settings), options.connect_timeout).await?;
    let lock = format!("SELECT pg_advisory_lock({MIGRATION_LOCK})");
    connection
        .client
        .batch_execute(&lock)
        .await
        .map_err(|error| unavailable(&error))?;
    // The lock belongs to the session: it is free when the connection is dropped.
    recognise(url, &connection.client).await?;
    fault::pass(Point::BeforeMigration);
    let report = migrations::runner()
        .set_migration_table_name(HISTORY)
        .run_async(&mut connection.client)
        .await;
    report.map_err(|error| failed_migration(url, &error))?;
    fault::pass(Point::AfterMigration);
    Ok(connection)
}

/// Makes sure that the database behind `url` holds a log that this version can read.
///
/// # Errors
/// [`StoreError::Unusable`] when it does not; [`StoreError::Unavailable`] when it does not answer.
pub(super) async fn recognise_log(
    url: &str,
    config: &Config,
    options: &PostgresOptions,
) -> Result<(), StoreError> {
    let Connection { client, .. } = &connect(config, options.connect_timeout).await?;
    if !recognise(url, client).await? {
        return Err(StoreError::Unusable(format!(
            "{} holds no log yet",
            masked(url)
        )));
    }
    let row = client
        .query_one(sql::FIND_SCHEMA_VERSION, &[])
        .await
        .map_err(|error| unavailable(&error))?;
    let schema: i64 = get(&row, 0)?;
    let known = migrations::runner()
        .get_migrations()
        .iter()
        .map(|migration| i64::from(migration.version()))
        .max()
        .unwrap_or_default();
    let url = masked(url);
    match schema.cmp(&known) {
        Ordering::Equal => Ok(()),
        Ordering::Greater => Err(StoreError::Unusable(format!(
            "{url} has a schema that this version does not know: {schema} is newer than {known}"
        ))),
        Ordering::Less => Err(StoreError::Unusable(format!(
            "{url} has the schema of an earlier version: start this one on it once"
        ))),
    }
}

/// Whether there is a log already, in a database that may hold one.
async fn recognise(url: &str, client: &Client) -> Result<bool, StoreError> {
    let row = client
        .query_one(sql::RECOGNISE_DATABASE, &[])
        .await
        .map_err(|error| unavailable(&error))?;
    let (log, bets, encoding): (bool, bool, &str) = (get(&row, 0)?, get(&row, 1)?, get(&row, 2)?);
    let url = masked(url);
    if bets && !log {
        return Err(StoreError::Unusable(format!(
            "{url} holds the bets of the stream engine: name an empty database and bring them over with `betstream migrate-from {url}`"
        )));
    }
    if encoding != "UTF8" {
        return Err(StoreError::Unusable(format!(
            "{url} is encoded in {encoding}: the log needs a database in UTF8"
        )));
    }
    Ok(log)
}

fn failed_migration(url: &str, error: &refinery::Error) -> StoreError {
    match error.kind() {
        refinery::error::Kind::MissingVersion(_) | refinery::error::Kind::DivergentVersion(..) => {
            StoreError::Unusable(format!(
                "{} has a schema that this version does not know: {error}",
                masked(url)
            ))
        }
        _ => StoreError::unavailable(error),
    }
}
