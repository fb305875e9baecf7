//! The log as a whole.

use async_trait::async_trait;
use betstream_telemetry::measures::PoolLevels;
use tokio_postgres::Error;

use super::{
    PostgresStore,
    append::{Deadline, LOG_LOCK},
    connect::connect,
    error::unavailable,
    read_stream::{ID_LOCK, sequence},
    sql,
};
use crate::{
    ids::IdKind,
    store::{AdministerLog, FollowLog, LogIdentity, StoreError},
};

#[async_trait]
impl AdministerLog for PostgresStore {
    async fn reset(&self) -> Result<LogIdentity, StoreError> {
        let connection = connect(&self.mode.config, self.mode.options.connect_timeout).await?;
        let client = &connection.client;
        let code = self.mode.currency.code();
        let resetting = async {
            client
                .batch_execute(&format!("BEGIN; SELECT pg_advisory_xact_lock({LOG_LOCK})"))
                .await?;
            client.query(sql::ALLOW_RESET, &[]).await?;
            client.execute(sql::EMPTY_LOG, &[]).await?;
            client.execute(sql::RAISE_EPOCH, &[&code]).await?;
            client.batch_execute("COMMIT").await
        };
        Deadline::after(self.mode.options.read_timeout)
            .bound("the reset", resetting)
            .await?
            .map_err(|error| unavailable(&error))?;
        self.identity().await
    }

    async fn advance_ids(&self, kind: IdKind, used: i64) -> Result<(), StoreError> {
        let connection = connect(&self.mode.config, self.mode.options.connect_timeout).await?;
        let client = &connection.client;
        let advancing = async {
            client
                .batch_execute(&format!("BEGIN; SELECT pg_advisory_xact_lock({ID_LOCK})"))
                .await?;
            client
                .query(sql::ADVANCE_IDS, &[&sequence(kind), &used])
                .await?;
            client.batch_execute("COMMIT").await
        };
        let advanced: Result<(), Error> = Deadline::after(self.mode.options.read_timeout)
            .bound("moving a sequence", advancing)
            .await?;
        advanced.map_err(|error| unavailable(&error))
    }

    fn pool(&self) -> PoolLevels {
        self.reads.levels()
    }
}
