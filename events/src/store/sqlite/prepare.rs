//! Makes the file ready: recognises what is in it, brings the schema up to date, names the log.

use std::{cmp::Ordering, path::Path};

use rusqlite::{Connection, params};
use uuid::Uuid;

use super::{
    connect::{make_durable, named},
    error::from_sqlite,
    fill::find_filling,
    rows, sql,
};
use crate::{
    fault::{self, Point},
    money::Currency,
    store::{LogIdentity, StoreError, fill::half_filled},
};

refinery::embed_migrations!("../schema/sqlite/event_store");

/// The table in which refinery keeps what it applied.
const HISTORY: &str = "event_store_migrations";

/// The tables by which the reference control plane's database is known.
const REFERENCE_TABLES: [&str; 3] = ["accounts", "batches", "bets"];

/// Migrates the file and names its log.
///
/// # Errors
/// As [`migrate`]; [`StoreError::Unusable`] when it is half filled or in another currency.
pub(super) fn prepare(
    connection: &mut Connection,
    path: &Path,
    currency: Currency,
) -> Result<(), StoreError> {
    migrate(connection, path)?;
    if let Some(filling) = find_filling(connection)? {
        return Err(half_filled(path.display(), &filling.verb));
    }
    fix_identity(connection, path, currency)
}

/// Brings the schema up to date, or makes it.
///
/// # Errors
/// [`StoreError::Unusable`] when the file is another product's or of a newer schema;
/// [`StoreError::Unavailable`] when it cannot be written.
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    recognise(connection, path)?;
    make_durable(connection).map_err(|error| named(path, &error))?;
    fault::pass(Point::BeforeMigration);
    let report = migrations::runner()
        .set_migration_table_name(HISTORY)
        .run(connection);
    report.map_err(|error| failed_migration(path, &error))?;
    fault::pass(Point::AfterMigration);
    Ok(())
}

/// Makes sure that the file holds a log that this version can read.
///
/// # Errors
/// [`StoreError::Unusable`] when it does not.
pub(super) fn recognise_log(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    recognise(connection, path)?;
    let file = path.display();
    if list_tables(connection, path)?.is_empty() || find_identity(connection)?.is_none() {
        return Err(StoreError::Unusable(format!("{file} holds no log yet")));
    }
    let schema = rows::find(connection, sql::FIND_SCHEMA_VERSION, [], |row| {
        row.get::<_, i64>(0)
    })?;
    let known = migrations::runner()
        .get_migrations()
        .iter()
        .map(|migration| i64::from(migration.version()))
        .max();
    match schema.cmp(&known) {
        Ordering::Equal => Ok(()),
        Ordering::Greater => Err(StoreError::Unusable(format!(
            "{file} has a schema that this version does not know: {} is newer than {}",
            schema.unwrap_or_default(),
            known.unwrap_or_default()
        ))),
        Ordering::Less => Err(StoreError::Unusable(format!(
            "{file} has the schema of an earlier version: start this one on it once"
        ))),
    }
}

/// Which log this is, if it has a name yet.
pub(super) fn find_identity(connection: &Connection) -> Result<Option<LogIdentity>, StoreError> {
    let found = rows::find(connection, sql::FIND_IDENTITY, [], |row| {
        Ok((
            Uuid::from_bytes(row.get(0)?),
            row.get(1)?,
            row.get::<_, String>(2)?,
        ))
    })?;
    let Some((log, epoch, currency)) = found else {
        return Ok(None);
    };
    let currency = read_currency(&currency)?;
    Ok(Some(LogIdentity {
        log,
        epoch,
        currency,
    }))
}

pub(super) fn read_currency(code: &str) -> Result<Currency, StoreError> {
    code.parse()
        .map_err(|error| StoreError::Unusable(format!("the log's currency: {error}")))
}

/// Writes down which log this is.
pub(super) fn keep_identity(
    connection: &Connection,
    identity: LogIdentity,
) -> rusqlite::Result<()> {
    let LogIdentity {
        log,
        epoch,
        currency,
    } = identity;
    connection
        .prepare_cached(sql::KEEP_IDENTITY)?
        .execute(params![log.as_bytes(), epoch, currency.code()])?;
    Ok(())
}

/// Looks before anything is written: another program's file stays as it is.
fn recognise(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let tables = list_tables(connection, path)?;
    let has = |table: &str| tables.iter().any(|name| name == table);
    if tables.is_empty() || has("log_identity") || has(HISTORY) {
        return Ok(());
    }
    let file = path.display();
    Err(StoreError::Unusable(
        if REFERENCE_TABLES.into_iter().all(has) {
            format!(
                "{file} is the control plane's database: name a new file and bring its content over with \
             `betstream migrate-from sqlite://{file}`"
            )
        } else {
            format!(
                "{file} holds the tables of another program ({}); name a new file",
                tables.join(", ")
            )
        },
    ))
}

fn list_tables(connection: &Connection, path: &Path) -> Result<Vec<String>, StoreError> {
    let list = || -> rusqlite::Result<Vec<String>> {
        connection
            .prepare(sql::LIST_TABLES)?
            .query_map([], |row| row.get(0))?
            .collect()
    };
    list().map_err(|error| named(path, &error))
}

fn failed_migration(path: &Path, error: &refinery::Error) -> StoreError {
    match error.kind() {
        refinery::error::Kind::MissingVersion(_) | refinery::error::Kind::DivergentVersion(..) => {
            StoreError::Unusable(format!(
                "{} has a schema that this version does not know: {error}",
                path.display()
            ))
        }
        _ => StoreError::unavailable(error),
    }
}

/// The currency is free as long as there is no event.
fn fix_identity(
    connection: &Connection,
    path: &Path,
    currency: Currency,
) -> Result<(), StoreError> {
    let found = find_identity(connection)?;
    let identity = match found {
        Some(identity) if identity.currency == currency => return Ok(()),
        Some(identity) if has_events(connection)? => {
            let (ours, file) = (identity.currency, path.display());
            return Err(StoreError::Unusable(format!(
                "the log in {file} is in {ours} since its first event, {currency} was asked for: \
                 set BETSTREAM_CURRENCY={ours} or name a new file"
            )));
        }
        Some(identity) => LogIdentity {
            currency,
            ..identity
        },
        None => LogIdentity {
            log: Uuid::now_v7(),
            epoch: 1,
            currency,
        },
    };
    keep_identity(connection, identity).map_err(|error| from_sqlite(&error))
}

fn has_events(connection: &Connection) -> Result<bool, StoreError> {
    rows::find(connection, sql::FIND_LAST_EVENT, [], |_| Ok(())).map(|found| found.is_some())
}
