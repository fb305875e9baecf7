//! Stored rows, by place, by id and by stream.

use async_trait::async_trait;
use tokio_postgres::Row;

use super::{
    PostgresLog,
    read_stream::limit_of,
    rows::{Instant, event_row, get},
    sql,
};
use crate::{
    clock::Timestamp,
    envelope::{EventRow, Position, StreamName, Version},
    ids::EventId,
    store::{Order, ReadLog, Span, StoreError},
};

#[async_trait]
impl<M: Send + Sync + 'static> ReadLog for PostgresLog<M> {
    async fn rows_at(&self, positions: &[Position]) -> Result<Vec<EventRow>, StoreError> {
        let positions: Vec<i64> = positions.iter().map(|position| position.0).collect();
        let rows = self.reads.query(sql::READ_POSITIONS, &[&positions]).await?;
        rows.iter().map(event_row).collect()
    }

    async fn rows_of(&self, ids: &[EventId]) -> Result<Vec<EventRow>, StoreError> {
        let ids: Vec<uuid::Uuid> = ids.iter().map(|id| id.uuid()).collect();
        let rows = self.reads.query(sql::FIND_EVENTS, &[&ids]).await?;
        let mut rows: Vec<EventRow> = rows.iter().map(event_row).collect::<Result<_, _>>()?;
        rows.sort_unstable_by_key(|row| row.position);
        Ok(rows)
    }

    async fn rows(
        &self,
        span: Span<Position>,
        order: Order,
        limit: usize,
    ) -> Result<Vec<EventRow>, StoreError> {
        let statement = match order {
            Order::OldestFirst => sql::READ_LOG,
            Order::NewestFirst => sql::READ_LOG_BACK,
        };
        let rows = self
            .reads
            .query(statement, &[&span.after.0, &span.up_to.0, &limit_of(limit)])
            .await?;
        rows.iter().map(event_row).collect()
    }

    async fn stream_rows(
        &self,
        stream: &StreamName,
        span: Span<Version>,
        order: Order,
        limit: usize,
    ) -> Result<Vec<EventRow>, StoreError> {
        let statement = match order {
            Order::OldestFirst => sql::READ_STREAM,
            Order::NewestFirst => sql::READ_STREAM_BACK,
        };
        let rows = self
            .reads
            .query(
                statement,
                &[
                    &stream.to_string(),
                    &span.after.0,
                    &span.up_to.0,
                    &limit_of(limit),
                ],
            )
            .await?;
        rows.iter().map(event_row).collect()
    }

    async fn position_at(&self, time: Timestamp) -> Result<Position, StoreError> {
        let rows = self
            .reads
            .query(sql::FIND_POSITION, &[&Instant(time)])
            .await?;
        found(&rows).map(Position)
    }

    async fn version_at(
        &self,
        stream: &StreamName,
        position: Position,
    ) -> Result<Version, StoreError> {
        let rows = self
            .reads
            .query(sql::FIND_VERSION_AT, &[&stream.to_string(), &position.0])
            .await?;
        found(&rows).map(Version)
    }
}

/// The one number that a search ends at.
fn found(rows: &[Row]) -> Result<i64, StoreError> {
    rows.first().map_or(Ok(0), |row| get(row, 0))
}
