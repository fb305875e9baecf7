//! Reading the log as it is stored: rows by place, by id, by stream, either way.

use async_trait::async_trait;

use super::StoreError;
use crate::{
    clock::Timestamp,
    envelope::{EventRow, Position, StreamName, Version},
    ids::EventId,
};

/// Which way rows are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// In the order in which they were appended.
    OldestFirst,
    /// The last one first.
    NewestFirst,
}

/// A stretch of positions, or of versions: behind `after`, up to `up_to`. Empty when they meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span<T> {
    /// The place before the first one.
    pub after: T,
    /// The last place.
    pub up_to: T,
}

impl<T: Ord + Copy> Span<T> {
    /// Whether `place` lies in it.
    pub fn holds(self, place: T) -> bool {
        self.after < place && place <= self.up_to
    }

    /// What both have in common.
    #[must_use]
    pub fn within(self, other: Self) -> Self {
        Self {
            after: self.after.max(other.after),
            up_to: self.up_to.min(other.up_to),
        }
    }

    /// Whether nothing lies in it.
    pub fn is_empty(self) -> bool {
        self.after >= self.up_to
    }
}

impl Span<Position> {
    /// The whole log, wherever it ends.
    pub const ALL: Self = Self {
        after: Position::START,
        up_to: Position(i64::MAX),
    };
}

impl Span<Version> {
    /// A whole stream, wherever it ends.
    pub const ALL: Self = Self {
        after: Version::NONE,
        up_to: Version(i64::MAX),
    };
}

/// Reads stored rows, byte for byte. Who audits the log is its user; none of its answers walks the
/// log.
#[async_trait]
pub trait ReadLog: Send + Sync + 'static {
    /// The rows at `positions`, in the order of the log. Positions behind the end are left out.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn rows_at(&self, positions: &[Position]) -> Result<Vec<EventRow>, StoreError>;

    /// The rows of the events of these ids, in the order of the log. Unknown ids are left out.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn rows_of(&self, ids: &[EventId]) -> Result<Vec<EventRow>, StoreError>;

    /// The rows of `span` in `order`, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn rows(
        &self,
        span: Span<Position>,
        order: Order,
        limit: usize,
    ) -> Result<Vec<EventRow>, StoreError>;

    /// The rows of `stream` in `span` in `order`, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn stream_rows(
        &self,
        stream: &StreamName,
        span: Span<Version>,
        order: Order,
        limit: usize,
    ) -> Result<Vec<EventRow>, StoreError>;

    /// The last position that was recorded at `time` or before; [`Position::START`] when none was.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn position_at(&self, time: Timestamp) -> Result<Position, StoreError>;

    /// The version that `stream` had once everything up to `position` was recorded;
    /// [`Version::NONE`] when it had no events.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    async fn version_at(
        &self,
        stream: &StreamName,
        position: Position,
    ) -> Result<Version, StoreError>;
}
