//! Several places of the log read side by side, in one order.

use std::collections::VecDeque;

use betstream_events::{
    envelope::{EventRow, Position, StreamName, Version},
    ids::EventId,
    store::{Order, Span},
};

use super::{AuditQueries, index::IndexWalk};
use crate::answer::QueryError;

/// How many rows are read at once at most.
const LARGEST_READ: usize = 2_000;

/// A part of the log in which wanted events lie.
#[derive(Debug)]
pub(super) enum Place {
    /// Where the index says.
    Index(IndexWalk),
    /// In a stream, at these versions.
    Stream(StreamName, Span<Version>),
    /// Under these ids.
    Ids(Vec<EventId>),
    /// Anywhere in these positions.
    Log(Span<Position>),
}

impl Place {
    /// Its next rows, about `limit`; none at its end.
    async fn next(
        &mut self,
        queries: &AuditQueries,
        order: Order,
        limit: usize,
    ) -> Result<Vec<EventRow>, QueryError> {
        let log = &queries.rows;
        let mut rows = match self {
            Self::Index(walk) => {
                let positions = walk.next(queries, limit).await?;
                log.rows_at(&positions).await?
            }
            Self::Ids(ids) => log.rows_of(&std::mem::take(ids)).await?,
            Self::Stream(stream, versions) => {
                let rows = log.stream_rows(stream, *versions, order, limit).await?;
                match (rows.last(), order) {
                    (None, _) => {
                        *versions = Span {
                            after: versions.up_to,
                            ..*versions
                        }
                    }
                    (Some(last), Order::OldestFirst) => versions.after = last.version,
                    (Some(last), Order::NewestFirst) => {
                        versions.up_to = Version(last.version.0 - 1);
                    }
                }
                return Ok(rows);
            }
            Self::Log(span) => {
                let rows = log.rows(*span, order, limit).await?;
                match (rows.last(), order) {
                    (None, _) => {
                        *span = Span {
                            after: span.up_to,
                            ..*span
                        }
                    }
                    (Some(last), Order::OldestFirst) => span.after = last.position,
                    (Some(last), Order::NewestFirst) => {
                        span.up_to = Position(last.position.0 - 1);
                    }
                }
                return Ok(rows);
            }
        };
        if order == Order::NewestFirst {
            rows.reverse();
        }
        Ok(rows)
    }
}

/// Places read side by side; each event comes once.
pub(super) struct Merge<'a> {
    queries: &'a AuditQueries,
    order: Order,
    places: Vec<(Place, VecDeque<EventRow>)>,
    next_read: usize,
    /// How many rows were read so far.
    pub(super) rows_read: usize,
}

impl<'a> Merge<'a> {
    /// Reads `places` in `order`, about `first_read` rows at first.
    pub(super) fn new(
        queries: &'a AuditQueries,
        places: Vec<Place>,
        order: Order,
        first_read: usize,
    ) -> Self {
        Self {
            queries,
            order,
            places: places
                .into_iter()
                .map(|place| (place, VecDeque::new()))
                .collect(),
            next_read: first_read.min(LARGEST_READ),
            rows_read: 0,
        }
    }

    /// Whether all that was read was given, of one place at least: the next event costs a read.
    pub(super) fn is_drained(&self) -> bool {
        self.places.iter().any(|(_, rows)| rows.is_empty())
    }

    /// The next event; none at the end.
    pub(super) async fn next(&mut self) -> Result<Option<EventRow>, QueryError> {
        let mut at = 0;
        while let Some((place, rows)) = self.places.get_mut(at) {
            if rows.is_empty() {
                let more = place.next(self.queries, self.order, self.next_read).await?;
                if more.is_empty() {
                    self.places.remove(at);
                    continue;
                }
                self.rows_read += more.len();
                self.next_read = (self.next_read * 2).min(LARGEST_READ);
                rows.extend(more);
            }
            at += 1;
        }
        let heads = || self.places.iter().filter_map(|(_, rows)| rows.front());
        let positions = heads().map(|row| row.position);
        let Some(next) = (match self.order {
            Order::OldestFirst => positions.min(),
            Order::NewestFirst => positions.max(),
        }) else {
            return Ok(None);
        };
        let mut found = None;
        for (_, rows) in &mut self.places {
            if rows.front().is_some_and(|row| row.position == next) {
                found = rows.pop_front();
            }
        }
        Ok(found)
    }
}
