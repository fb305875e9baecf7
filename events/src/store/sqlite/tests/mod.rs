//! The store over real files.

mod faults;
mod opening;
mod settings;
mod time;

use std::{path::PathBuf, sync::Arc};

use async_trait::async_trait;
use rusqlite::{Connection, TransactionBehavior};
use tempfile::TempDir;

use super::{SqliteFill, SqliteReader, SqliteStore, reset::without_guards};
use crate::{
    money::Currency,
    store::{
        EventStore, LogReader, StoreError,
        contract::{Database, store_contract},
        fill::FillLog,
    },
};

mod contract {
    use super::*;
    store_contract!(crate::store::sqlite::tests::fresh_database);
}

/// A file in a folder of its own.
pub(super) struct FreshFile {
    folder: TempDir,
}

impl FreshFile {
    pub(super) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("data").join("log.db")
    }

    pub(super) fn open(&self) -> SqliteStore {
        SqliteStore::open(&self.path(), Currency::USD).unwrap()
    }
}

pub(crate) async fn fresh_database() -> Option<Arc<dyn Database>> {
    Some(Arc::new(FreshFile::new()))
}

#[async_trait]
impl Database for FreshFile {
    async fn try_open(&self) -> Result<Arc<dyn EventStore>, StoreError> {
        Ok(Arc::new(SqliteStore::open(&self.path(), Currency::USD)?))
    }

    async fn open_to_fill(&self) -> Result<Arc<dyn FillLog>, StoreError> {
        Ok(Arc::new(SqliteFill::open(&self.path())?))
    }

    async fn open_reader(&self) -> Arc<dyn LogReader> {
        Arc::new(SqliteReader::open(&self.path()).unwrap())
    }

    async fn run(&self, statements: &str) -> Result<(), String> {
        let connection = Connection::open(self.path()).map_err(|error| error.to_string())?;
        connection
            .execute_batch(statements)
            .map_err(|error| error.to_string())
    }

    fn an_event_id(&self) -> &'static str {
        "randomblob(16)"
    }

    async fn tamper(&self, statements: &str) -> Result<(), String> {
        let tamper = || {
            let mut connection = Connection::open(self.path())?;
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            without_guards(&transaction, |connection| {
                connection.execute_batch(statements)
            })?;
            transaction.commit()
        };
        tamper().map_err(|error: rusqlite::Error| error.to_string())
    }
}
