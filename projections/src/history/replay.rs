//! The events that made a state, in the order of the log: those of the stream, and for a market
//! also those by which bets that joined batches count towards it.

use betstream_events::{
    envelope::{EventRow, Position, RecordedEvent, StreamName, Version},
    store::{LogReader, Order, Span},
};

use super::error::HistoryError;
use crate::views::{Query, ViewStore};

/// How many events are read at a time.
const PAGE: usize = 5_000;

/// What is still to be read.
pub(super) struct Replay<'a> {
    pub(super) log: &'a dyn LogReader,
    pub(super) views: &'a dyn ViewStore,
    pub(super) stream: &'a StreamName,
    /// Versions to read.
    pub(super) versions: Span<Version>,
    /// Positions within which other streams count.
    pub(super) positions: Span<Position>,
}

impl Replay<'_> {
    /// The next events; none at the end.
    ///
    /// # Errors
    /// [`HistoryError`] when log or view does not answer, or an event cannot be read.
    pub(super) async fn page(&mut self) -> Result<Vec<RecordedEvent>, HistoryError> {
        let mut rows = Vec::new();
        while rows.is_empty() && !(self.versions.is_empty() && self.positions.is_empty()) {
            rows = self.next_rows().await?;
        }
        let decode = |row: EventRow| Ok(row.decode()?);
        rows.into_iter().map(decode).collect()
    }

    async fn next_rows(&mut self) -> Result<Vec<EventRow>, HistoryError> {
        let mut rows = if self.versions.is_empty() {
            Vec::new()
        } else {
            self.log
                .stream_rows(self.stream, self.versions, Order::OldestFirst, PAGE)
                .await?
        };
        // Up to where the rows of the stream are at hand, so are those of others to be merged in.
        let is_last = rows.len() < PAGE;
        let mut up_to = match rows.last() {
            Some(row) if !is_last => row.position,
            _ => self.positions.up_to,
        };
        if let StreamName::Market(game) = self.stream {
            let joins = self.joins(game.as_str(), up_to).await?;
            if joins.len() == PAGE {
                up_to = joins.last().copied().unwrap_or(up_to);
                rows.retain(|row| row.position <= up_to);
            }
            self.go_on_after(&rows, up_to, is_last && joins.len() < PAGE);
            if !joins.is_empty() {
                rows.extend(self.log.rows_at(&joins).await?);
                rows.sort_unstable_by_key(|row| row.position);
            }
        } else {
            self.go_on_after(&rows, up_to, is_last);
        }
        Ok(rows)
    }

    fn go_on_after(&mut self, own: &[EventRow], up_to: Position, is_end: bool) {
        if let Some(last) = own.last() {
            self.versions.after = last.version;
        }
        self.positions.after = up_to;
        if is_end {
            self.versions.after = self.versions.up_to;
            self.positions.after = self.positions.up_to;
        }
    }

    async fn joins(&self, game: &str, up_to: Position) -> Result<Vec<Position>, HistoryError> {
        let params = vec![
            game.into(),
            self.positions.after.0.into(),
            up_to.0.into(),
            (PAGE as i64).into(),
        ];
        let list = Query::list(include_str!("sql/list_joins.sql"), params, true);
        let rows = self.views.read_one(list).await?;
        Ok(rows.read(|row| row.int().map(Position))?)
    }
}
