//! Reading single streams and what is kept beside them.

use async_trait::async_trait;
use rusqlite::params;

use super::{
    SqliteLog, SqliteStore,
    error::{commit, from_sqlite},
    memory, rows, sql,
    writer::Writer,
};
use crate::{
    claims::Claim,
    envelope::{RecordedEvent, StreamName, Version},
    ids::{DeadLetterId, EventId, IdKind},
    store::{
        DeadLetter, IdempotentAnswer, KeepSnapshots, ReadStream, ReserveIds, Snapshot, StoreError,
    },
};

#[async_trait]
impl<M: Send + Sync + 'static> ReadStream for SqliteLog<M> {
    async fn read_stream(
        &self,
        stream: &StreamName,
        after: Version,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let stream = stream.to_string();
        let read = move |connection: &_| {
            rows::events(
                connection,
                sql::READ_STREAM,
                (stream, after.0, i64::MAX, rows::limit(limit)),
            )
        };
        self.readers.rows(limit, read).await
    }

    async fn load_snapshot(
        &self,
        stream: &StreamName,
        schema: i32,
    ) -> Result<Option<Snapshot>, StoreError> {
        let params = (stream.to_string(), schema);
        self.readers
            .point(|connection| rows::find(connection, sql::LOAD_SNAPSHOT, params, rows::snapshot))
            .await
    }

    async fn claim_holder(&self, claim: &Claim) -> Result<Option<StreamName>, StoreError> {
        self.readers
            .point(|connection| memory::find_holder(connection, claim))
            .await
    }

    async fn find_event(&self, event_id: EventId) -> Result<Option<RecordedEvent>, StoreError> {
        let find = |connection: &rusqlite::Connection| {
            let statement = connection.prepare_cached(sql::FIND_EVENT);
            rows::event_by_id(
                &mut *statement.map_err(|error| from_sqlite(&error))?,
                event_id,
            )
        };
        self.readers.point(find).await
    }

    async fn idempotent_answer(
        &self,
        scope: &str,
        key: &str,
    ) -> Result<Option<IdempotentAnswer>, StoreError> {
        let now = self.clock.now();
        self.readers
            .point(|connection| rows::find_answer(connection, scope, key, now))
            .await
    }

    /// A letter can be large, so it is read on a thread that may block.
    async fn dead_letter(&self, id: DeadLetterId) -> Result<Option<DeadLetter>, StoreError> {
        let read = move |connection: &_| {
            rows::find(
                connection,
                sql::FIND_DEAD_LETTER,
                [id.get()],
                rows::dead_letter,
            )
        };
        self.readers.rows(usize::MAX, read).await
    }
}

#[async_trait]
impl KeepSnapshots for SqliteStore {
    async fn save_snapshot(
        &self,
        stream: &StreamName,
        schema: i32,
        snapshot: Snapshot,
    ) -> Result<(), StoreError> {
        let stream = stream.to_string();
        self.mode
            .writer
            .run(move |writer| writer.save_snapshot(&stream, schema, &snapshot))
            .await
    }
}

#[async_trait]
impl ReserveIds for SqliteStore {
    async fn reserve_ids(&self, kind: IdKind, count: usize) -> Result<Vec<i64>, StoreError> {
        match self.mode.ids.take(kind, count) {
            Some(ids) => Ok(ids),
            None => {
                self.mode
                    .writer
                    .run(move |writer| writer.ids.reserve(&mut writer.connection, kind, count))
                    .await
            }
        }
    }
}

impl Writer {
    fn save_snapshot(
        &mut self,
        stream: &str,
        schema: i32,
        snapshot: &Snapshot,
    ) -> Result<(), StoreError> {
        let transaction = self
            .connection
            .transaction()
            .map_err(|error| from_sqlite(&error))?;
        let keep = || {
            let parts = params![stream, schema, snapshot.version.0, snapshot.state];
            transaction
                .prepare_cached(sql::SAVE_SNAPSHOT)?
                .execute(parts)
        };
        keep().map_err(|error| from_sqlite(&error))?;
        commit(transaction)
    }
}
