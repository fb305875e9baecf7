//! The log as a whole.

use async_trait::async_trait;
use tokio_postgres::{Error, Row};

use super::{
    PostgresStore,
    append::{Deadline, LOG_LOCK},
    connect::connect,
    error::{storable, unavailable},
    read_stream::{ID_LOCK, limit_of, sequence},
    rows::{dead_letter, get},
    sql,
};
use crate::{
    dead_letter::{LetterState, UnknownLetterState},
    ids::{DeadLetterId, IdKind},
    store::{
        AdministerLog, DeadLetter, FollowLog, LetterQuery, ListedLetter, LogIdentity,
        OutcomeCounts, StoreError,
    },
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

    async fn dead_letters(&self, query: &LetterQuery) -> Result<Vec<ListedLetter>, StoreError> {
        let rows = self
            .reads
            .query(
                sql::LIST_DEAD_LETTERS,
                &[
                    &query.before.map_or(i64::MAX, DeadLetterId::get),
                    &limit_of(query.limit),
                    &query.state.map(LetterState::word),
                    &query.reason.as_deref().map(storable),
                    &(ListedLetter::HEAD_BYTES as i32),
                ],
            )
            .await?;
        rows.iter().map(listed_letter).collect()
    }
}

fn listed_letter(row: &Row) -> Result<ListedLetter, StoreError> {
    let DeadLetter { id, letter } = dead_letter(row)?;
    let state: &str = get(row, 9)?;
    Ok(ListedLetter {
        id,
        letter,
        kept_bytes: get::<i32>(row, 8)?.unsigned_abs() as usize,
        state: state
            .parse()
            .map_err(|error: UnknownLetterState| StoreError::Unusable(error.to_string()))?,
    })
}
