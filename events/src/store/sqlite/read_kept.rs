//! What is kept beside the events.

use async_trait::async_trait;
use rusqlite::params;

use super::{SqliteLog, rows, sql};
use crate::{
    clock::Timestamp,
    dead_letter::LetterState,
    envelope::Position,
    ids::{DeadLetterId, IdKind},
    store::{
        DeadLetter, IdempotencyKey, KeptAnswer, LetterQuery, ListedLetter, OutcomeCounts, ReadKept,
        StoreError,
    },
};

#[async_trait]
impl<M: Send + Sync + 'static> ReadKept for SqliteLog<M> {
    async fn claims(&self) -> Result<Vec<(String, String)>, StoreError> {
        let list = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        self.readers
            .rows(usize::MAX, move |connection| {
                rows::list(connection, sql::LIST_CLAIMS, [], list)
            })
            .await
    }

    async fn outcome_counts(&self) -> Result<OutcomeCounts, StoreError> {
        let counts = |row: &rusqlite::Row<'_>| {
            Ok(OutcomeCounts {
                recorded: row.get(0)?,
                already_recorded: row.get(1)?,
                refused: row.get(2)?,
                dead_letters: row.get(3)?,
            })
        };
        let found = self
            .readers
            .point(|connection| rows::find(connection, sql::FIND_COUNTS, [], counts))
            .await?;
        Ok(found.unwrap_or_default())
    }

    /// How many rows are looked at depends on the filter, so it is done on a thread that may block.
    async fn dead_letters(&self, query: &LetterQuery) -> Result<Vec<ListedLetter>, StoreError> {
        let LetterQuery {
            state,
            reason,
            before,
            limit,
        } = query.clone();
        let list = move |connection: &_| {
            let params = params![
                before.map_or(i64::MAX, DeadLetterId::get),
                rows::limit(limit),
                state.map(LetterState::word),
                reason,
                rows::limit(ListedLetter::HEAD_BYTES),
            ];
            rows::list(
                connection,
                sql::LIST_DEAD_LETTERS,
                params,
                rows::listed_letter,
            )
        };
        self.readers.rows(usize::MAX, list).await
    }

    async fn letters_after(
        &self,
        after: DeadLetterId,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        let params = [after.get(), rows::limit(limit)];
        let read = move |connection: &_| {
            rows::list(
                connection,
                sql::READ_DEAD_LETTERS,
                params,
                rows::dead_letter,
            )
        };
        self.readers.rows(limit, read).await
    }

    async fn answers_after(
        &self,
        (scope, key): (&str, &str),
        limit: usize,
    ) -> Result<Vec<KeptAnswer>, StoreError> {
        let (scope, key) = (scope.to_owned(), key.to_owned());
        let oldest = self.clock.now().micros() - rows::ANSWERS_KEPT_MICROS;
        let read = move |connection: &_| {
            let params = params![scope, key, oldest, rows::limit(limit)];
            rows::list(connection, sql::READ_ANSWERS, params, kept_answer)
        };
        self.readers.rows(limit, read).await
    }

    async fn used_ids(&self) -> Result<Vec<(IdKind, i64)>, StoreError> {
        let find = |connection: &_| {
            let next = |kind: IdKind| {
                let found = rows::find(connection, sql::FIND_NEXT_ID, [kind.name()], |row| {
                    row.get::<_, i64>(0)
                })?;
                Ok((kind, found.unwrap_or(1) - 1))
            };
            IdKind::ALL.into_iter().map(next).collect()
        };
        self.readers.point(find).await
    }
}

fn kept_answer(row: &rusqlite::Row<'_>) -> rusqlite::Result<KeptAnswer> {
    let answer: String = row.get(3)?;
    let key = IdempotencyKey {
        scope: row.get(0)?,
        key: row.get(1)?,
        fingerprint: row.get(2)?,
        answer: answer.into(),
    };
    Ok(KeptAnswer {
        key,
        position: Position(row.get(4)?),
        kept_at: Timestamp::from_micros(row.get(5)?),
    })
}
