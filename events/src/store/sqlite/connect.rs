//! Connections and their settings.

use std::{path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use super::error::from_sqlite;
use crate::store::StoreError;

/// Statements that a connection keeps prepared: more than there are files in `sql/`.
const PREPARED_STATEMENTS: usize = 64;

/// How long to wait for somebody outside who holds the file, a backup program for example.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Pages of the writer's cache, as SQLite wants it: minus the size in KiB. The inner pages of the
/// three indexes of ten million events fit.
const WRITER_CACHE: i32 = -32 * 1024;

/// Pages of a reader's cache: minus the size in KiB.
const READER_CACHE: i32 = -2 * 1024;

/// Pages in the write-ahead log before they are moved into the file (4 KiB each): the more, the
/// more often a page that is written again and again is moved once.
const PAGES_BEFORE_CHECKPOINT: i32 = 4_000;

/// The write-ahead log is cut back to this many bytes.
const WAL_SIZE_LIMIT_BYTES: i64 = 64 << 20;

/// Makes the folders above `path`.
pub(super) fn make_folder(path: &Path) -> Result<(), StoreError> {
    let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    else {
        return Ok(());
    };
    std::fs::create_dir_all(folder).map_err(|error| StoreError::Unavailable {
        reason: format!("the folder {} cannot be made: {error}", folder.display()),
    })
}

/// The connection that writes; makes the file if there is none.
pub(super) fn writer(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    open(path, flags, WRITER_CACHE).map_err(|error| named(path, &error))
}

/// A connection that reads.
pub(super) fn reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    open(path, flags, READER_CACHE).map_err(|error| named(path, &error))
}

fn open(path: &Path, flags: OpenFlags, cache: i32) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(PREPARED_STATEMENTS);
    connection.pragma_update(None, "cache_size", cache)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // Without this, binding a LIMIT makes SQLite plan its statement anew each time.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}

/// Makes every commit of `connection` reach the disk before it is answered.
pub(super) fn make_durable(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", PAGES_BEFORE_CHECKPOINT)?;
    connection.pragma_update(None, "journal_size_limit", WAL_SIZE_LIMIT_BYTES)
}

/// The error with the file's name before it.
pub(super) fn named(path: &Path, error: &rusqlite::Error) -> StoreError {
    let file = path.display();
    match from_sqlite(error) {
        StoreError::Unavailable { reason } => StoreError::Unavailable {
            reason: format!("{file}: {reason}"),
        },
        StoreError::Unusable(what) => StoreError::Unusable(format!("{file}: {what}")),
        other => other,
    }
}
