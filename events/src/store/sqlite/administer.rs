//! Looking after the log as a whole.

use async_trait::async_trait;
use betstream_telemetry::measures::PoolLevels;

use super::SqliteStore;
use crate::{
    ids::IdKind,
    store::{AdministerLog, LogIdentity, StoreError},
};

#[async_trait]
impl AdministerLog for SqliteStore {
    async fn reset(&self) -> Result<LogIdentity, StoreError> {
        self.mode.writer.run(|writer| writer.reset()).await
    }

    async fn advance_ids(&self, kind: IdKind, used: i64) -> Result<(), StoreError> {
        self.mode
            .writer
            .run(move |writer| writer.ids.advance(&mut writer.connection, kind, used))
            .await
    }

    fn pool(&self) -> PoolLevels {
        self.readers.levels()
    }
}
