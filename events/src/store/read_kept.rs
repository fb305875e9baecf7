//! Reading what is kept beside the events: claims, counts, dead letters, answers, ids.

use async_trait::async_trait;

use super::{DeadLetter, IdempotencyKey, LetterQuery, ListedLetter, StoreError};
use crate::{
    clock::Timestamp,
    envelope::Position,
    ids::{DeadLetterId, IdKind},
};

/// Reads what is kept beside the events. The command line is its user, and who shows dead letters.
#[async_trait]
pub trait ReadKept: Send + Sync + 'static {
    /// All claims that are held, with their holders as text, ordered by claim.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn claims(&self) -> Result<Vec<(String, String)>, StoreError>;

    /// How many messages came to which outcome, since the log began.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn outcome_counts(&self) -> Result<OutcomeCounts, StoreError>;

    /// Dead letters, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn dead_letters(&self, query: &LetterQuery) -> Result<Vec<ListedLetter>, StoreError>;

    /// Dead letters whose id is larger than `after`, oldest first, with all their bytes, at most
    /// `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn letters_after(
        &self,
        after: DeadLetterId,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, StoreError>;

    /// The answers of the last 48 hours under keys behind `after`, a scope and a key in it, in
    /// their order, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn answers_after(
        &self,
        after: (&str, &str),
        limit: usize,
    ) -> Result<Vec<KeptAnswer>, StoreError>;

    /// The largest id of each kind that may have been given out, in the order of [`IdKind::ALL`];
    /// 0 when none was.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn used_ids(&self) -> Result<Vec<(IdKind, i64)>, StoreError>;
}

/// An answer under an idempotency key, with all that is kept of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The key and its answer.
    pub key: IdempotencyKey,
    /// The position that it rests on.
    pub position: Position,
    /// When it was given.
    pub kept_at: Timestamp,
}

/// What became of the bets that ingest took, counted in the commits that decided it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutcomeCounts {
    /// New in the log.
    pub recorded: i64,
    /// In the log before.
    pub already_recorded: i64,
    /// Refused by a rule, with an event that says so.
    pub refused: i64,
    /// Kept as dead letters.
    pub dead_letters: i64,
}
