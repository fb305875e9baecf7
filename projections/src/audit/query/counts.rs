//! How many events there are, by type.

use std::collections::BTreeMap;

use betstream_events::{
    envelope::Position,
    event::EventType,
    store::{Order, Span},
};

use super::{
    super::{filter::EventFilter, key::Listed, segment::place_of},
    AuditQueries,
    index::within,
    lookup::Lookup,
    merge::Merge,
};
use crate::answer::{Answer, QueryError};

/// So many rows are looked at where the index alone does not tell.
const MOST_ROWS_READ: usize = 100_000;
/// How many rows are read at first.
const FIRST_READ: usize = 1_000;
/// How many segments are counted at once.
const WINDOW: i64 = 512;

/// How many events are wanted, by type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventCounts {
    /// By the name of the type; types without events are left out.
    pub by_type: BTreeMap<String, u64>,
    /// The position up to which was counted, where the rest was too much to look at.
    pub only_up_to: Option<Position>,
}

impl EventCounts {
    /// All together.
    pub fn total(&self) -> u64 {
        self.by_type.values().sum()
    }
}

impl AuditQueries {
    /// How many events `filter` wants, by type; oldest first where not all can be looked at.
    ///
    /// # Errors
    /// [`QueryError`] when a database does not answer.
    pub async fn count(&self, filter: &EventFilter) -> Result<Answer<EventCounts>, QueryError> {
        let plan = self.plan(filter).await?;
        if let Some(lookups) = plan.exact() {
            let known = self.known(true).await?;
            let span = filter.span.within(known);
            let value = self.count_by_index(lookups, filter, span).await?;
            return Ok(Answer {
                view_position: known.up_to,
                value,
            });
        }
        let known = self.known(plan.needs_index()).await?;
        let span = filter.span.within(known);
        let places = self.places(plan, span, Order::OldestFirst).await?;
        let mut merge = Merge::new(self, places, Order::OldestFirst, FIRST_READ);
        let mut counts = EventCounts::default();
        while let Some(row) = merge.next().await? {
            if span.holds(row.position) && filter.wants(&row) {
                *counts
                    .by_type
                    .entry(row.event_type.into_owned())
                    .or_default() += 1;
            }
            if merge.rows_read >= MOST_ROWS_READ && merge.is_drained() {
                counts.only_up_to = Some(row.position);
                break;
            }
        }
        Ok(Answer {
            view_position: known.up_to,
            value: counts,
        })
    }

    async fn count_by_index(
        &self,
        lookups: &[Lookup],
        filter: &EventFilter,
        span: Span<Position>,
    ) -> Result<EventCounts, QueryError> {
        let mut counts = EventCounts::default();
        if span.is_empty() {
            return Ok(counts);
        }
        let wanted =
            |event_type: &&EventType| filter.types.is_empty() || filter.types.contains(event_type);
        let types: Vec<EventType> = EventType::ALL.iter().filter(wanted).copied().collect();
        let ((mut first, _), (last, _)) = (place_of(span.after.next()), place_of(span.up_to));
        while first <= last {
            let window = first..=last.min(first + WINDOW - 1);
            for event_type in &types {
                let of_type = Lookup::listed(Listed::Type, [event_type.name()]);
                let all: Vec<Lookup> = std::iter::once(of_type)
                    .chain(lookups.iter().cloned())
                    .collect();
                let segments = self.segments(&all, window.clone()).await?;
                let count: usize = segments
                    .into_iter()
                    .map(|(segment, offsets)| within(offsets, segment, span).len())
                    .sum();
                if count > 0 {
                    let name = event_type.name().to_owned();
                    *counts.by_type.entry(name).or_default() += count as u64;
                }
            }
            first += WINDOW;
        }
        Ok(counts)
    }
}
