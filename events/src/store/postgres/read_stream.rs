//! Single streams, and what is kept beside them.

use async_trait::async_trait;

use super::{
    PostgresLog, PostgresStore,
    error::storable,
    rows::{dead_letter, event_row, get, idempotent_answer, stream_name},
    sql,
};
use crate::{
    claims::Claim,
    envelope::{RecordedEvent, StreamName, Version},
    ids::{DeadLetterId, EventId, IdKind},
    store::{
        DeadLetter, IdempotentAnswer, KeepSnapshots, ReadStream, ReserveIds, Snapshot, StoreError,
    },
};

/// Reservations share it, a move of a sequence takes it alone (`betsidid` as a number).
pub(super) const ID_LOCK: i64 = 0x6265_7473_6964_6964;

#[async_trait]
impl<M: Send + Sync + 'static> ReadStream for PostgresLog<M> {
    async fn read_stream(
        &self,
        stream: &StreamName,
        after: Version,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let rows = self
            .reads
            .query(
                sql::READ_STREAM,
                &[&stream.to_string(), &after.0, &i64::MAX, &limit_of(limit)],
            )
            .await?;
        rows.iter()
            .map(|row| Ok(event_row(row)?.decode()?))
            .collect()
    }

    async fn load_snapshot(
        &self,
        stream: &StreamName,
        schema: i32,
    ) -> Result<Option<Snapshot>, StoreError> {
        let rows = self
            .reads
            .query(sql::LOAD_SNAPSHOT, &[&stream.to_string(), &schema])
            .await?;
        rows.first()
            .map(|row| {
                Ok(Snapshot {
                    version: Version(get(row, 0)?),
                    state: get(row, 1)?,
                })
            })
            .transpose()
    }

    async fn claim_holder(&self, claim: &Claim) -> Result<Option<StreamName>, StoreError> {
        let rows = self
            .reads
            .query(sql::FIND_CLAIMS, &[&vec![storable(&claim.to_string())]])
            .await?;
        rows.first()
            .map(|row| stream_name(get(row, 1)?))
            .transpose()
    }

    async fn find_event(&self, event_id: EventId) -> Result<Option<RecordedEvent>, StoreError> {
        let rows = self
            .reads
            .query(sql::FIND_EVENTS, &[&vec![event_id.uuid()]])
            .await?;
        rows.first()
            .map(|row| Ok(event_row(row)?.decode()?))
            .transpose()
    }

    async fn idempotent_answer(
        &self,
        scope: &str,
        key: &str,
    ) -> Result<Option<IdempotentAnswer>, StoreError> {
        let (scopes, keys) = (vec![storable(scope)], vec![storable(key)]);
        let rows = self
            .reads
            .query(sql::FIND_ANSWERS, &[&scopes, &keys])
            .await?;
        rows.first().map(idempotent_answer).transpose()
    }

    async fn dead_letter(&self, id: DeadLetterId) -> Result<Option<DeadLetter>, StoreError> {
        let rows = self
            .reads
            .query(sql::FIND_DEAD_LETTER, &[&id.get()])
            .await?;
        rows.first().map(dead_letter).transpose()
    }
}

#[async_trait]
impl KeepSnapshots for PostgresStore {
    async fn save_snapshot(
        &self,
        stream: &StreamName,
        schema: i32,
        snapshot: Snapshot,
    ) -> Result<(), StoreError> {
        let Snapshot { version, state } = snapshot;
        let state = storable(&state);
        self.reads
            .query(
                sql::SAVE_SNAPSHOT,
                &[&stream.to_string(), &schema, &version.0, &state],
            )
            .await
            .map(|_| ())
    }
}

#[async_trait]
impl ReserveIds for PostgresStore {
    async fn reserve_ids(&self, kind: IdKind, count: usize) -> Result<Vec<i64>, StoreError> {
        let rows = self
            .reads
            .query(
                sql::RESERVE_IDS,
                &[&sequence(kind), &limit_of(count), &ID_LOCK],
            )
            .await?;
        rows.iter().map(|row| get(row, 0)).collect()
    }
}

/// The sequence of `kind`.
pub(super) const fn sequence(kind: IdKind) -> &'static str {
    match kind {
        IdKind::Account => "account_ids",
        IdKind::Batch => "batch_ids",
        IdKind::Bet => "bet_ids",
    }
}

/// A limit as the database takes it.
pub(super) fn limit_of(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
