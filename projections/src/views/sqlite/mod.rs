//! The SQLite adapter: a file of its own beside the log's, written by one thread, read by many.

mod readers;
mod writer;

use std::path::Path;

use async_trait::async_trait;
use betstream_events::fault::{self, Point};
use rusqlite::{
    Connection, OpenFlags,
    config::DbConfig,
    types::{ToSqlOutput, ValueRef},
};

use super::{CommitError, Query, Rows, Statement, Value, ViewError, ViewStore, error::chain_of};
use readers::Readers;
use writer::{Work, Writer};

mod migrations {
    refinery::embed_migrations!("../schema/sqlite/read_models");
}

/// How many prepared statements each connection keeps.
const STATEMENTS_KEPT: usize = 128;

/// Views in a SQLite file.
#[derive(Debug)]
pub struct SqliteViews {
    writer: Writer,
    readers: Readers,
}

impl SqliteViews {
    /// Opens or makes the file.
    ///
    /// # Errors
    /// [`ViewError::Unusable`] when it cannot be opened or is no file of ours.
    pub fn open(path: &Path) -> Result<Self, ViewError> {
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder).map_err(|error| unusable(path, &error))?;
        }
        let mut connection = Connection::open(path).map_err(|error| unusable(path, &error))?;
        set_up(&connection).map_err(|error| unusable(path, &error))?;
        fault::pass(Point::BeforeMigration);
        migrations::migrations::runner()
            .run(&mut connection)
            .map_err(|error| unusable(path, &error))?;
        fault::pass(Point::AfterMigration);
        let readers = Readers::new(path.to_owned());
        Ok(Self {
            writer: Writer::start(connection)?,
            readers,
        })
    }
}

fn unusable(path: &Path, error: &(dyn std::error::Error + 'static)) -> ViewError {
    ViewError::Unusable(format!("{}: {}", path.display(), chain_of(error)))
}

/// Plans do not depend on the values of parameters. Without this each new value of a `LIMIT` has
/// its statement parsed again, which takes longer than most answers.
fn keep_plans(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    let enabled = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    debug_assert!(enabled, "SQLite 3.20 and newer can keep plans");
    Ok(())
}

/// A view that lost its last second catches up from the log, hence NORMAL and not FULL.
fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    keep_plans(connection)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = NORMAL;
         PRAGMA busy_timeout = 5000;
         PRAGMA temp_store = MEMORY;
         PRAGMA journal_size_limit = 67108864;",
    )
}

fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    keep_plans(&connection)?;
    connection.execute_batch("PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY;")?;
    Ok(connection)
}

#[async_trait]
impl ViewStore for SqliteViews {
    async fn commit(
        &self,
        guard: Statement,
        statements: Vec<Statement>,
    ) -> Result<(), CommitError> {
        let one_row = |rows| {
            if rows == 1 {
                Ok(())
            } else {
                Err(CommitError::NotOwner)
            }
        };
        self.writer
            .run(Work::Guarded(guard, statements))
            .await
            .and_then(one_row)
    }

    async fn execute(&self, statement: Statement) -> Result<u64, CommitError> {
        self.writer.run(Work::Alone(statement)).await
    }

    /// Short answers take some 20 to 50 µs, less than handing them to another thread.
    async fn read(&self, queries: Vec<Query>) -> Result<Vec<Rows>, ViewError> {
        if queries.iter().all(|query| !query.unbounded) {
            return self.readers.read(&queries);
        }
        let readers = self.readers.clone();
        let reading = tokio::task::spawn_blocking(move || readers.read(&queries));
        reading
            .await
            .map_err(|error| ViewError::Unavailable(error.to_string()))?
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}
