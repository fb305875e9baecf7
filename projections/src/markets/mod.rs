//! Markets: turnover by game and type, and the tote's approximates where selections are known.

mod changes;
mod fold;
mod part;
mod past;
mod pricing;
mod query;
mod store;
#[cfg(test)]
mod tests;
pub mod tote;
pub mod view;

use betstream_events::{
    envelope::{RecordedEvent, StreamName},
    store::Follow,
};

pub use changes::MarketChanges;
pub use pricing::Pricing;
pub use query::MarketQueries;
pub use tote::ToteRules;
pub use view::{Market, MarketSummary, Pool, PoolSelection};

use crate::{
    part::Part,
    projection::{Projection, ProjectionName, View, ViewTable, view_table},
    views::Statement,
};

/// The projection behind the markets.
#[derive(Clone, Copy, Debug)]
pub struct Markets;

impl View for Markets {
    const NAME: ProjectionName = ProjectionName::Markets;
    const WANT: Follow = Follow::All;
    const TABLES: &'static [ViewTable] = &[
        view_table!("market_games", 1, Sum("bets")),
        view_table!("market_pools", 2, Sum("bets")),
        view_table!("market_selections", 3, Sum("bets")),
        view_table!("market_joins", 2),
    ];
}

impl Projection for Markets {
    type Changes = MarketChanges;

    fn fold(changes: &mut MarketChanges, event: &RecordedEvent) {
        fold::fold(changes, event);
    }

    fn is_empty(changes: &MarketChanges) -> bool {
        changes.is_empty()
    }

    fn statements(changes: MarketChanges, generation: i64) -> Vec<Statement> {
        store::statements(changes, generation)
    }

    fn part(stream: &StreamName) -> Option<Part> {
        part::part(stream)
    }

    fn keep(changes: &mut MarketChanges, stream: &StreamName) {
        part::keep(changes, stream);
    }

    fn concerns(event: &RecordedEvent, stream: &StreamName) -> bool {
        part::concerns(event, stream)
    }
}
