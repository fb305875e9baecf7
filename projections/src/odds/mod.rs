//! Odds counters: how often the odds of each game were updated, once for each of its bets.
//!
//! They live in Redis under the names that the reference system uses, or in a table of the views.
//! Either way they carry the position up to which they count.

mod counters;
mod fold;
mod redis;
mod store;
mod table;
#[cfg(test)]
mod tests;

use betstream_events::{envelope::RecordedEvent, store::Follow};

pub use counters::{OddsCount, OddsCounters};
pub use fold::OddsChanges;
pub use redis::{RedisCounters, RedisError};
pub use table::TableCounters;

pub(crate) use redis::RedisSink;

use crate::{
    projection::{Projection, ProjectionName, View, ViewTable, view_table},
    views::Statement,
};

/// The projection behind the odds counters.
#[derive(Clone, Copy, Debug)]
pub struct Odds;

impl View for Odds {
    const NAME: ProjectionName = ProjectionName::Odds;
    const WANT: Follow = Follow::All;
    const TABLES: &'static [ViewTable] = &[
        view_table!("odds_games", 1, Sum("updates")),
        view_table!("odds_totals", 0, Sum("updates")),
    ];
}

impl Projection for Odds {
    type Changes = OddsChanges;

    fn fold(changes: &mut OddsChanges, event: &RecordedEvent) {
        fold::fold(changes, event);
    }

    fn is_empty(changes: &OddsChanges) -> bool {
        changes.is_empty()
    }

    fn statements(changes: OddsChanges, generation: i64) -> Vec<Statement> {
        store::statements(changes, generation)
    }
}
