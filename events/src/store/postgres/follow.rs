//! The log in the order of its positions.

use async_trait::async_trait;

use super::{
    PostgresLog,
    read_stream::limit_of,
    rows::{block, event_row, get, hash, link, read_currency, read_end},
    sql,
};
use crate::{
    chain::{Block, GENESIS, Hash, Link},
    envelope::{EventRow, Position, RecordedEvent},
    store::{Follow, FollowLog, Head, LogIdentity, RowVisitor, StoreError},
};

#[async_trait]
impl<M: Send + Sync + 'static> FollowLog for PostgresLog<M> {
    async fn identity(&self) -> Result<LogIdentity, StoreError> {
        self.head().await.map(|head| head.identity)
    }

    async fn head(&self) -> Result<Head, StoreError> {
        let rows = self.reads.query(sql::FIND_HEAD, &[]).await?;
        let row = rows
            .first()
            .ok_or_else(|| StoreError::Unusable("the log has lost its identity".to_owned()))?;
        let (position, block_hash) = read_end(row)?;
        let identity = LogIdentity {
            log: get(row, 4)?,
            epoch: get(row, 5)?,
            currency: read_currency(row, 6)?,
        };
        Ok(Head {
            identity,
            position,
            block_hash,
        })
    }

    async fn read_after(
        &self,
        after: Position,
        up_to: Position,
        limit: usize,
        want: Follow,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let statement = match want {
            Follow::All => sql::READ_LOG,
            Follow::Desk => sql::READ_DESK,
        };
        let rows = self
            .reads
            .query(statement, &[&after.0, &up_to.0, &limit_of(limit)])
            .await?;
        rows.iter()
            .map(|row| Ok(event_row(row)?.decode()?))
            .collect()
    }

    async fn scan(
        &self,
        after: Position,
        up_to: Position,
        visit: &mut RowVisitor<'_>,
    ) -> Result<(), StoreError> {
        self.copy_out(after, up_to, visit).await
    }

    async fn read_rows(&self, after: Position, limit: usize) -> Result<Vec<EventRow>, StoreError> {
        let rows = self
            .reads
            .query(sql::READ_LOG, &[&after.0, &i64::MAX, &limit_of(limit)])
            .await?;
        rows.iter().map(event_row).collect()
    }

    async fn read_blocks(&self, after: Position, limit: usize) -> Result<Vec<Block>, StoreError> {
        let rows = self
            .reads
            .query(sql::READ_BLOCKS, &[&after.0, &limit_of(limit)])
            .await?;
        rows.iter().map(block).collect()
    }

    async fn read_links(&self, after: Position, limit: usize) -> Result<Vec<Link>, StoreError> {
        let rows = self
            .reads
            .query(sql::READ_LINKS, &[&after.0, &limit_of(limit)])
            .await?;
        rows.iter().map(link).collect()
    }

    async fn last_block(&self, position: Position) -> Result<Option<Block>, StoreError> {
        let rows = self.reads.query(sql::FIND_BLOCK, &[&position.0]).await?;
        rows.first().map(block).transpose()
    }

    async fn block_hash_at(&self, position: Position) -> Result<Option<Hash>, StoreError> {
        if position == Position::START {
            return Ok(Some(GENESIS));
        }
        let rows = self
            .reads
            .query(sql::FIND_BLOCK_HASH, &[&position.0])
            .await?;
        rows.first().map(|row| hash(row, 0, position)).transpose()
    }
}
