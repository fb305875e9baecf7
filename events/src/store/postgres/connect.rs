//! Connections outside the pool.

use std::{future::Future, time::Duration};

use tokio::{task::AbortHandle, time::timeout};
use tokio_postgres::{Client, Config, NoTls};

use super::error::unavailable;
use crate::store::StoreError;

/// A client whose connection is closed at once when it is dropped, whatever it waits for.
pub(super) struct Connection {
    pub(super) client: Client,
    driver: AbortHandle,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

/// Connects to the first host of `config` that fits.
pub(super) async fn connect(config: &Config, patience: Duration) -> Result<Connection, StoreError> {
    let (client, connection) = within(patience, "connecting", config.connect(NoTls))
        .await?
        .map_err(|error| unavailable(&error))?;
    let driver = tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a database connection ended");
        }
    });
    Ok(Connection {
        client,
        driver: driver.abort_handle(),
    })
}

/// Waits for `work`, at most for `patience`.
pub(super) async fn within<T>(
    patience: Duration,
    what: &str,
    work: impl Future<Output = T>,
) -> Result<T, StoreError> {
    timeout(patience, work)
        .await
        .map_err(|_| StoreError::Unavailable {
            reason: format!("{what} took longer than {} ms", patience.as_millis()),
        })
}
