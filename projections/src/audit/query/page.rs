//! One page of events.

use std::time::Duration;

use betstream_events::{
    envelope::{EventRow, Position},
    store::{EventRef, Order, Span},
};

use tokio::time::Instant;

use super::{super::filter::EventFilter, AuditQueries, merge::Merge};
use crate::answer::{Answer, QueryError};

/// So many rows are looked at for one page; what lies behind them is left to the next one.
const MOST_ROWS_READ: usize = 20_000;
/// And for so long: the rows may have to come from the disk, and a page shall be there in 300 ms.
const LONGEST_LOOK: Duration = Duration::from_millis(150);

/// A question for one page of events.
#[derive(Clone, Debug)]
pub struct EventQuery {
    /// Which events.
    pub filter: EventFilter,
    /// In which order.
    pub order: Order,
    /// Only those behind this position, in that order.
    pub behind: Option<Position>,
    /// At most so many.
    pub limit: usize,
}

/// A part of a list of events.
#[derive(Clone, Debug)]
pub struct EventPage {
    /// The events.
    pub rows: Vec<EventRow>,
    /// The position behind which the list goes on. None when everything was looked at.
    pub next: Option<Position>,
    /// Whether it ends before its limit, because enough was looked at for one page.
    pub is_cut_short: bool,
}

impl AuditQueries {
    /// The events that `query` asks for.
    ///
    /// # Errors
    /// [`QueryError`] when a database does not answer.
    pub async fn find(&self, query: &EventQuery) -> Result<Answer<EventPage>, QueryError> {
        let EventQuery {
            filter,
            order,
            behind,
            limit,
        } = query;
        let began = Instant::now();
        let plan = self.plan(filter).await?;
        let known = self.known(plan.needs_index()).await?;
        let span = behind.map_or(Span::<Position>::ALL, |behind| rest(*order, behind));
        let span = filter.span.within(known).within(span);
        let places = self.places(plan, span, *order).await?;
        let mut merge = Merge::new(self, places, *order, limit + 1);
        let mut page = EventPage {
            rows: Vec::new(),
            next: None,
            is_cut_short: false,
        };
        while let Some(row) = merge.next().await? {
            let position = row.position;
            if span.holds(position) && filter.wants(&row) {
                if page.rows.len() == *limit {
                    page.next = page.rows.last().map(|last| last.position);
                    break;
                }
                page.rows.push(row);
            }
            let is_enough = merge.rows_read >= MOST_ROWS_READ || began.elapsed() >= LONGEST_LOOK;
            if is_enough && merge.is_drained() {
                page.next = Some(position);
                page.is_cut_short = true;
                break;
            }
        }
        Ok(Answer {
            view_position: known.up_to,
            value: page,
        })
    }

    /// One event, by its position or its id.
    ///
    /// # Errors
    /// [`QueryError`] when the log does not answer.
    pub async fn event(&self, event: EventRef) -> Result<Option<EventRow>, QueryError> {
        Ok(event.find(&*self.rows).await?)
    }
}

/// What comes after `behind`.
const fn rest(order: Order, behind: Position) -> Span<Position> {
    match order {
        Order::OldestFirst => Span {
            after: behind,
            ..Span::<Position>::ALL
        },
        Order::NewestFirst => Span {
            up_to: Position(behind.0.saturating_sub(1)),
            ..Span::<Position>::ALL
        },
    }
}
