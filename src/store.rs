//! Opening the log that the settings name.

use std::sync::Arc;

use betstream_events::store::{
    EventStore, LogReader, StoreError,
    fill::FillLog,
    postgres::{PostgresFill, PostgresReader, PostgresStore},
    sqlite::{SqliteFill, SqliteReader, SqliteStore},
    url::StoreUrl,
};

use crate::config::Settings;

/// Opens the log to serve it, or to change it where nobody serves it.
///
/// # Errors
/// [`StoreError::Unavailable`] when it may answer later; [`StoreError::Unusable`] when it never will.
pub(crate) async fn open(settings: &Settings) -> Result<Arc<dyn EventStore>, StoreError> {
    match &settings.database {
        StoreUrl::Sqlite(path) => Ok(Arc::new(SqliteStore::open(path, settings.currency)?)),
        StoreUrl::Postgres(url) => Ok(Arc::new(
            PostgresStore::connect(url, settings.currency).await?,
        )),
    }
}

/// Opens the log to read it, beside a server that may be running on it.
///
/// # Errors
/// As [`open`]; [`StoreError::Unusable`] too when there is no log.
pub(crate) async fn open_to_read(settings: &Settings) -> Result<Arc<dyn LogReader>, StoreError> {
    match &settings.database {
        StoreUrl::Sqlite(path) => Ok(Arc::new(SqliteReader::open(path)?)),
        StoreUrl::Postgres(url) => Ok(Arc::new(PostgresReader::connect(url).await?)),
    }
}

/// Opens an empty or half-filled log, to fill it.
///
/// # Errors
/// As [`open`].
pub(crate) async fn open_to_fill(database: &StoreUrl) -> Result<Arc<dyn FillLog>, StoreError> {
    match database {
        StoreUrl::Sqlite(path) => Ok(Arc::new(SqliteFill::open(path)?)),
        StoreUrl::Postgres(url) => Ok(Arc::new(PostgresFill::connect(url).await?)),
    }
}
