//! Reading the index segment by segment, in either order.

use std::{
    collections::{HashMap, VecDeque},
    ops::RangeInclusive,
};

use betstream_events::{
    envelope::Position,
    store::{Order, Span},
};

use super::{
    super::{
        offsets::Offsets,
        segment::{EVENTS, place_of, position_of},
    },
    AuditQueries,
    lookup::Lookup,
};
use crate::{
    answer::QueryError,
    views::{Query, ViewError},
};

/// How many segments are read first; each further read takes twice as many.
const FIRST_WINDOW: i64 = 16;
/// How many segments are read at once at most.
const LARGEST_WINDOW: i64 = 512;

/// A walk over the segments of a span.
#[derive(Debug)]
pub(super) struct IndexWalk {
    /// An event is found when each of them finds it.
    lookups: Vec<Lookup>,
    span: Span<Position>,
    order: Order,
    /// Segments that are not read yet.
    left: RangeInclusive<i64>,
    window: i64,
    found: VecDeque<Position>,
}

impl IndexWalk {
    pub(super) fn new(lookups: Vec<Lookup>, span: Span<Position>, order: Order) -> Self {
        let (first, _) = place_of(span.after.next());
        let (last, _) = place_of(span.up_to);
        let left = if span.is_empty() {
            RangeInclusive::new(1, 0)
        } else {
            first..=last
        };
        Self {
            lookups,
            span,
            order,
            left,
            window: FIRST_WINDOW,
            found: VecDeque::new(),
        }
    }

    /// The next positions, at most `limit`; none at the end.
    pub(super) async fn next(
        &mut self,
        queries: &AuditQueries,
        limit: usize,
    ) -> Result<Vec<Position>, QueryError> {
        while self.found.len() < limit
            && let Some(window) = self.next_window()
        {
            self.read(queries, window).await?;
        }
        let count = limit.min(self.found.len());
        Ok(self.found.drain(..count).collect())
    }

    /// How many of a hundred thousand positions the first segments hold, about.
    pub(super) async fn density(&mut self, queries: &AuditQueries) -> Result<u64, QueryError> {
        let Some(window) = self.next_window() else {
            return Ok(0);
        };
        let positions = (window.end() - window.start() + 1) as u64 * EVENTS as u64;
        self.read(queries, window).await?;
        Ok(self.found.len() as u64 * 100_000 / positions)
    }

    fn next_window(&mut self) -> Option<RangeInclusive<i64>> {
        let (first, last) = (*self.left.start(), *self.left.end());
        if first > last {
            return None;
        }
        let length = self.window.min(last - first + 1);
        self.window = (self.window * 2).min(LARGEST_WINDOW);
        Some(match self.order {
            Order::OldestFirst => {
                self.left = first + length..=last;
                first..=first + length - 1
            }
            Order::NewestFirst => {
                self.left = first..=last - length;
                last - length + 1..=last
            }
        })
    }

    async fn read(
        &mut self,
        queries: &AuditQueries,
        window: RangeInclusive<i64>,
    ) -> Result<(), QueryError> {
        let mut segments = queries.segments(&self.lookups, window).await?;
        if self.order == Order::NewestFirst {
            segments.reverse();
        }
        for (segment, offsets) in segments {
            let offsets = within(offsets, segment, self.span);
            let positions = offsets.iter().map(|offset| position_of(segment, offset));
            match self.order {
                Order::OldestFirst => self.found.extend(positions),
                Order::NewestFirst => {
                    let positions: Vec<Position> = positions.collect();
                    self.found.extend(positions.into_iter().rev());
                }
            }
        }
        Ok(())
    }
}

/// Those of a segment's events that lie in `span`.
pub(super) fn within(offsets: Offsets, segment: i64, span: Span<Position>) -> Offsets {
    let (first_segment, first) = place_of(span.after.next());
    let (last_segment, last) = place_of(span.up_to);
    if span.is_empty() || segment < first_segment || segment > last_segment {
        return Offsets::default();
    }
    let first = if segment == first_segment { first } else { 0 };
    let last = if segment == last_segment {
        last
    } else {
        EVENTS as u16 - 1
    };
    offsets.between(first, last)
}

impl AuditQueries {
    /// What all of `lookups` find in the segments of `window`, ascending; segments without any are
    /// left out.
    pub(super) async fn segments(
        &self,
        lookups: &[Lookup],
        window: RangeInclusive<i64>,
    ) -> Result<Vec<(i64, Offsets)>, QueryError> {
        let mut found: Option<HashMap<i64, Offsets>> = None;
        for lookup in lookups {
            let here = self.read_lookup(lookup, window.clone()).await?;
            found = Some(match found {
                None => here,
                Some(before) => common(before, &here),
            });
            if found.as_ref().is_some_and(HashMap::is_empty) {
                return Ok(Vec::new());
            }
        }
        let mut segments: Vec<(i64, Offsets)> = match found {
            Some(found) => found.into_iter().collect(),
            None => window.map(|segment| (segment, Offsets::all())).collect(),
        };
        segments.sort_unstable_by_key(|(segment, _)| *segment);
        Ok(segments)
    }

    async fn read_lookup(
        &self,
        lookup: &Lookup,
        window: RangeInclusive<i64>,
    ) -> Result<HashMap<i64, Offsets>, QueryError> {
        let mut found: HashMap<i64, Offsets> = HashMap::new();
        let is_possible = |segment: i64| {
            let known = lookup.segments.as_ref();
            known.is_none_or(|segments| segments.binary_search(&segment).is_ok())
        };
        if !window.clone().any(is_possible) {
            return Ok(found);
        }
        let ask = |key: &str| {
            let params = vec![key.into(), (*window.start()).into(), (*window.end()).into()];
            Query::list(include_str!("../sql/read_index_rows.sql"), params, false)
        };
        let answers = self.views.read(lookup.keys().map(ask).collect()).await?;
        for (at, rows) in answers.into_iter().enumerate() {
            rows.read(|row| {
                let segment = row.int()?;
                let body = row.text()?;
                if is_possible(segment) {
                    found
                        .entry(segment)
                        .or_default()
                        .unite(&lookup.read(at, &body));
                }
                Ok::<_, ViewError>(())
            })?;
        }
        found.retain(|_, offsets| !offsets.is_empty());
        Ok(found)
    }
}

fn common(
    mut before: HashMap<i64, Offsets>,
    here: &HashMap<i64, Offsets>,
) -> HashMap<i64, Offsets> {
    before.retain(|segment, offsets| {
        *offsets = here
            .get(segment)
            .map_or_else(Offsets::default, |here| offsets.common(here));
        !offsets.is_empty()
    });
    before
}
