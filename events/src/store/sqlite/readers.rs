//! The connections that read.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use betstream_telemetry::measures::{PoolLevels, stores};

use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::connect;
use crate::store::StoreError;

/// Reads at a time; more wait. Each has a connection with a cache of its own.
const READS_AT_A_TIME: usize = 8;

/// Rows up to which a read runs on the thread that asks: it takes about as long as handing it to
/// another thread (some 20 µs for one row).
const ROWS_OF_A_SHORT_READ: usize = 200;

/// A pool of reading connections, opened when they are first needed.
#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(path: &Path) -> Self {
        let permits = Arc::new(Semaphore::new(READS_AT_A_TIME));
        Self {
            path: path.to_owned(),
            idle: Mutex::default(),
            permits,
        }
    }

    /// Runs `work`, which reads about one row.
    pub(super) async fn point<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let _permit = self.permit().await?;
        self.run(work)
    }

    /// Runs `work`, which reads at most `rows` rows, on a thread that may block when these are many.
    pub(super) async fn rows<T: Send + 'static>(
        self: &Arc<Self>,
        rows: usize,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        if rows <= ROWS_OF_A_SHORT_READ {
            return self.point(work).await;
        }
        let permit = self.permit().await?;
        let readers = self.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            readers.run(work)
        });
        reading
            .await
            .map_err(|error| StoreError::unavailable(&error))?
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        let began = Instant::now();
        let permit = self.permits.clone().acquire_owned().await;
        stores::POOL_WAIT.of(["log"]).record(began.elapsed());
        permit.map_err(|error| StoreError::unavailable(&error))
    }

    /// How the connections are used now. Who waits for one is not known.
    pub(super) fn levels(&self) -> PoolLevels {
        let in_use = READS_AT_A_TIME.saturating_sub(self.permits.available_permits());
        PoolLevels {
            max: READS_AT_A_TIME,
            open: in_use + self.idle.lock().len(),
            in_use,
            waiting: 0,
        }
    }

    /// A connection goes back only when its work went well: the next one is a new one otherwise.
    fn run<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let idle = self.idle.lock().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connect::reader(&self.path)?,
        };
        let result = work(&connection).map_err(StoreError::counted)?;
        self.idle.lock().push(connection);
        Ok(result)
    }
}
