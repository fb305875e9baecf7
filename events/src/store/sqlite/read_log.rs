//! Stored rows, by place, by id and by stream.

use async_trait::async_trait;
use rusqlite::{Connection, Params};

use super::{SqliteLog, rows, sql};
use crate::{
    clock::Timestamp,
    envelope::{EventRow, Position, StreamName, Version},
    ids::EventId,
    store::{Order, ReadLog, Span, StoreError},
};

#[async_trait]
impl<M: Send + Sync + 'static> ReadLog for SqliteLog<M> {
    async fn rows_at(&self, positions: &[Position]) -> Result<Vec<EventRow>, StoreError> {
        let mut positions = positions.to_vec();
        positions.sort_unstable();
        positions.dedup();
        let count = positions.len();
        let read = move |connection: &_| {
            let params = positions.iter().map(|position| [position.0]);
            each(connection, sql::READ_POSITION, params)
        };
        self.readers.rows(count, read).await
    }

    async fn rows_of(&self, ids: &[EventId]) -> Result<Vec<EventRow>, StoreError> {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        let count = ids.len();
        let read = move |connection: &_| {
            let params = ids.iter().map(|id| [id.uuid().into_bytes()]);
            let mut rows = each(connection, sql::FIND_EVENT, params)?;
            rows.sort_unstable_by_key(|row| row.position);
            Ok(rows)
        };
        self.readers.rows(count, read).await
    }

    async fn rows(
        &self,
        span: Span<Position>,
        order: Order,
        limit: usize,
    ) -> Result<Vec<EventRow>, StoreError> {
        let sql = match order {
            Order::OldestFirst => sql::READ_LOG,
            Order::NewestFirst => sql::READ_LOG_BACK,
        };
        let params = [span.after.0, span.up_to.0, rows::limit(limit)];
        let read = move |connection: &_| rows::list(connection, sql, params, rows::event);
        self.readers.rows(limit, read).await
    }

    async fn stream_rows(
        &self,
        stream: &StreamName,
        span: Span<Version>,
        order: Order,
        limit: usize,
    ) -> Result<Vec<EventRow>, StoreError> {
        let sql = match order {
            Order::OldestFirst => sql::READ_STREAM,
            Order::NewestFirst => sql::READ_STREAM_BACK,
        };
        let params = (
            stream.to_string(),
            span.after.0,
            span.up_to.0,
            rows::limit(limit),
        );
        let read = move |connection: &_| rows::list(connection, sql, params, rows::event);
        self.readers.rows(limit, read).await
    }

    async fn position_at(&self, time: Timestamp) -> Result<Position, StoreError> {
        self.readers
            .point(|connection| found(connection, sql::FIND_POSITION, [time.micros()]))
            .await
            .map(Position)
    }

    async fn version_at(
        &self,
        stream: &StreamName,
        position: Position,
    ) -> Result<Version, StoreError> {
        let params = (stream.to_string(), position.0);
        self.readers
            .point(|connection| found(connection, sql::FIND_VERSION_AT, params))
            .await
            .map(Version)
    }
}

/// The row that `sql` finds for each of `params`, where it finds one.
fn each<P: Params>(
    connection: &Connection,
    sql: &str,
    params: impl Iterator<Item = P>,
) -> Result<Vec<EventRow>, StoreError> {
    params
        .filter_map(|params| rows::find(connection, sql, params, rows::event).transpose())
        .collect()
}

/// The one number that a search ends at.
fn found(connection: &Connection, sql: &str, params: impl Params) -> Result<i64, StoreError> {
    let number = rows::find(connection, sql, params, |row| row.get(0))?;
    Ok(number.unwrap_or(0))
}
