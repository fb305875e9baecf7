//! Looking after the log as a whole.

use async_trait::async_trait;
use rusqlite::params;

use super::{SqliteStore, rows, sql};
use crate::{
    dead_letter::LetterState,
    ids::{DeadLetterId, IdKind},
    store::{AdministerLog, LetterQuery, ListedLetter, LogIdentity, OutcomeCounts, StoreError},
};

#[async_trait]
impl AdministerLog for SqliteStore {
    async fn reset(&self) -> Result<LogIdentity, StoreError> {
        self.mode.writer.run(|writer| writer.reset()).await
    }

    async fn advance_ids(&self, kind: IdKind, used: i64) -> Result<(), StoreError> {
        self.mode
            .writer
            .run(move |writer| writer.ids.advance(&mut writer.connection, kind, used))
            .await
    }

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
}
