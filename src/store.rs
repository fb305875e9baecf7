//! Opening the log that the settings name.

use std::sync::Arc;

use betstream_events::store::{
    EventStore, StoreError, postgres::PostgresStore, sqlite::SqliteStore, url::StoreUrl,
};

use crate::config::Settings;

/// Opens the log once.
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
