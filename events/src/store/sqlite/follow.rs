//! Following the log in the order of positions.

use async_trait::async_trait;

use super::{SqliteStore, rows, sql};
use crate::{
    chain::{Block, GENESIS, Hash},
    envelope::{EventRow, Position, RecordedEvent},
    store::{Follow, FollowLog, Head, StoreError},
};

#[async_trait]
impl FollowLog for SqliteStore {
    /// From memory: it is exact, for nobody else writes.
    async fn head(&self) -> Result<Head, StoreError> {
        Ok(*self.head.read())
    }

    async fn read_after(
        &self,
        after: Position,
        up_to: Position,
        limit: usize,
        want: Follow,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let sql = match want {
            Follow::All => sql::READ_LOG,
            Follow::Desk => sql::READ_DESK,
        };
        let params = [after.0, up_to.0, rows::limit(limit)];
        let at_most = span(after, up_to).min(limit);
        self.readers
            .rows(at_most, move |connection| {
                rows::events(connection, sql, params)
            })
            .await
    }

    async fn read_rows(&self, after: Position, limit: usize) -> Result<Vec<EventRow>, StoreError> {
        let params = [after.0, i64::MAX, rows::limit(limit)];
        let read = move |connection: &_| rows::list(connection, sql::READ_LOG, params, rows::event);
        self.readers.rows(limit, read).await
    }

    async fn read_blocks(&self, after: Position, limit: usize) -> Result<Vec<Block>, StoreError> {
        let params = [after.0, rows::limit(limit)];
        let read =
            move |connection: &_| rows::list(connection, sql::READ_BLOCKS, params, rows::block);
        self.readers.rows(limit, read).await
    }

    async fn block_hash_at(&self, position: Position) -> Result<Option<Hash>, StoreError> {
        if position == Position::START {
            return Ok(Some(GENESIS));
        }
        let read = |row: &rusqlite::Row<'_>| Ok((Position(row.get(0)?), row.get(1)?));
        let find =
            |connection: &_| rows::find(connection, sql::FIND_BLOCK_HASH, [position.0], read);
        let found = self.readers.point(find).await?;
        Ok(found
            .filter(|(last, _)| *last >= position)
            .map(|(_, hash)| hash))
    }
}

/// How many positions lie after `after` and up to `up_to`.
fn span(after: Position, up_to: Position) -> usize {
    usize::try_from(up_to.0.saturating_sub(after.0)).unwrap_or(0)
}
