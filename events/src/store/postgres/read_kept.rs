//! What is kept beside the events.

use async_trait::async_trait;
use tokio_postgres::Row;

use super::{
    PostgresLog,
    error::storable,
    read_stream::{limit_of, sequence},
    rows::{Instant, dead_letter, get, hash},
    sql,
};
use crate::{
    dead_letter::{LetterState, UnknownLetterState},
    envelope::Position,
    ids::{DeadLetterId, IdKind},
    store::{
        DeadLetter, IdempotencyKey, KeptAnswer, LetterQuery, ListedLetter, OutcomeCounts, ReadKept,
        StoreError,
    },
};

#[async_trait]
impl<M: Send + Sync + 'static> ReadKept for PostgresLog<M> {
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

    async fn letters_after(
        &self,
        after: DeadLetterId,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        let rows = self
            .reads
            .query(sql::READ_DEAD_LETTERS, &[&after.get(), &limit_of(limit)])
            .await?;
        rows.iter().map(dead_letter).collect()
    }

    async fn answers_after(
        &self,
        (scope, key): (&str, &str),
        limit: usize,
    ) -> Result<Vec<KeptAnswer>, StoreError> {
        let (scope, key) = (storable(scope), storable(key));
        let rows = self
            .reads
            .query(sql::READ_ANSWERS, &[&scope, &key, &limit_of(limit)])
            .await?;
        rows.iter().map(kept_answer).collect()
    }

    async fn used_ids(&self) -> Result<Vec<(IdKind, i64)>, StoreError> {
        let mut used = Vec::new();
        for kind in IdKind::ALL {
            let rows = self
                .reads
                .query(sql::FIND_LAST_ID, &[&sequence(kind)])
                .await?;
            let last = rows.first().map(|row| get(row, 0)).transpose()?;
            used.push((kind, last.unwrap_or_default()));
        }
        Ok(used)
    }
}

fn kept_answer(row: &Row) -> Result<KeptAnswer, StoreError> {
    let position = Position(get(row, 4)?);
    let Instant(kept_at) = get(row, 5)?;
    let answer: &str = get(row, 3)?;
    Ok(KeptAnswer {
        key: IdempotencyKey {
            scope: get(row, 0)?,
            key: get(row, 1)?,
            fingerprint: hash(row, 2, position)?,
            answer: answer.into(),
        },
        position,
        kept_at,
    })
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
