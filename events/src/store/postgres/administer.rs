//! The log as a whole.

use async_trait::async_trait;
use tokio_postgres::{Error, Row};

use super::{
    PostgresStore,
    append::{Deadline, LOG_LOCK},
    connect::connect,
    error::unavailable,
    read_stream::{ID_LOCK, limit_of, sequence},
    rows::{Instant, get},
    sql,
};
use crate::{
    ids::IdKind,
    store::{
        AdministerLog, DeadLetter, FollowLog, LogIdentity, NewDeadLetter, OutcomeCounts, StoreError,
    },
};

#[async_trait]
impl AdministerLog for PostgresStore {
    async fn identity(&self) -> Result<LogIdentity, StoreError> {
        self.head().await.map(|head| head.identity)
    }

    async fn reset(&self) -> Result<LogIdentity, StoreError> {
        let connection = connect(&self.config, self.options.connect_timeout).await?;
        let client = &connection.client;
        let code = self.currency.code();
        let resetting = async {
            client
                .batch_execute(&format!("BEGIN; SELECT pg_advisory_xact_lock({LOG_LOCK})"))
                .await?;
            client.query(sql::ALLOW_RESET, &[]).await?;
            client.execute(sql::EMPTY_LOG, &[]).await?;
            client.execute(sql::RAISE_EPOCH, &[&code]).await?;
            client.batch_execute("COMMIT").await
        };
        Deadline::after(self.options.read_timeout)
            .bound("the reset", resetting)
            .await?
            .map_err(|error| unavailable(&error))?;
        self.identity().await
    }

    async fn advance_ids(&self, kind: IdKind, used: i64) -> Result<(), StoreError> {
        let connection = connect(&self.config, self.options.connect_timeout).await?;
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
        let advanced: Result<(), Error> = Deadline::after(self.options.read_timeout)
            .bound("moving a sequence", advancing)
            .await?;
        advanced.map_err(|error| unavailable(&error))
    }

    async fn claims(&self) -> Result<Vec<(String, String)>, StoreError> {
        let rows = self.reads.query(sql::LIST_CLAIMS, &[]).await?;
        rows.iter()
            .map(|row| Ok((get(row, 0)?, get(row, 1)?)))
            .collect()
    }

    async fn outcome_counts(&self) -> Result<OutcomeCounts, StoreError> {
        let rows = self.reads.query(sql::FIND_COUNTS, &[]).await?;
        let Some(row) = rows.first() else {
            return Ok(OutcomeCounts::default());
        };
        Ok(OutcomeCounts {
            recorded: get(row, 0)?,
            already_recorded: get(row, 1)?,
            refused: get(row, 2)?,
            dead_letters: get(row, 3)?,
        })
    }

    async fn dead_letters(
        &self,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        let rows = self
            .reads
            .query(
                sql::LIST_DEAD_LETTERS,
                &[&before.unwrap_or(i64::MAX), &limit_of(limit)],
            )
            .await?;
        rows.iter().map(dead_letter).collect()
    }
}

fn dead_letter(row: &Row) -> Result<DeadLetter, StoreError> {
    let Instant(received_at) = get(row, 7)?;
    let letter = NewDeadLetter {
        stream: get(row, 1)?,
        sequence: get::<i64>(row, 2)?.cast_unsigned(),
        subject: get(row, 3)?,
        bytes: get(row, 4)?,
        reason: get(row, 5)?,
        detail: get(row, 6)?,
        received_at,
    };
    Ok(DeadLetter {
        id: get(row, 0)?,
        letter,
    })
}
