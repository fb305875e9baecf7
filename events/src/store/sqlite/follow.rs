//! Following the log in the order of positions.

use async_trait::async_trait;

use rusqlite::Connection;

use super::{SqliteLog, error::from_sqlite, rows, sql, writer};
use crate::{
    chain::{Block, GENESIS, Hash, Link},
    envelope::{EventRow, Position, RecordedEvent},
    store::{Follow, FollowLog, Head, LogIdentity, RowVisitor, StoreError},
};

#[async_trait]
impl<M: Send + Sync + 'static> FollowLog for SqliteLog<M> {
    async fn identity(&self) -> Result<LogIdentity, StoreError> {
        self.head().await.map(|head| head.identity)
    }

    /// From memory where this process serves the file: nobody else writes to it.
    async fn head(&self) -> Result<Head, StoreError> {
        match &self.known_head {
            Some(head) => Ok(*head.read()),
            None => self.readers.point(find_head).await,
        }
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

    async fn scan(
        &self,
        after: Position,
        up_to: Position,
        visit: &mut RowVisitor<'_>,
    ) -> Result<(), StoreError> {
        let params = [after.0, up_to.0, i64::MAX];
        let read = |connection: &_| rows::visit(connection, sql::READ_LOG, params, visit);
        self.readers.point(read).await
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

    async fn read_links(&self, after: Position, limit: usize) -> Result<Vec<Link>, StoreError> {
        let params = [after.0, rows::limit(limit)];
        let read =
            move |connection: &_| rows::list(connection, sql::READ_LINKS, params, rows::link);
        self.readers.rows(limit, read).await
    }

    async fn last_block(&self, position: Position) -> Result<Option<Block>, StoreError> {
        let find =
            |connection: &_| rows::find(connection, sql::FIND_BLOCK, [position.0], rows::block);
        self.readers.point(find).await
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

/// Where the log ends, as one moment of the file says.
fn find_head(connection: &Connection) -> Result<Head, StoreError> {
    let moment = connection
        .unchecked_transaction()
        .map_err(|error| from_sqlite(&error))?;
    writer::find_head(&moment).map(|(head, _)| head)
}

/// How many positions lie after `after` and up to `up_to`.
fn span(after: Position, up_to: Position) -> usize {
    usize::try_from(up_to.0.saturating_sub(after.0)).unwrap_or(0)
}
