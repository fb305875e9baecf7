//! The live figures, put together once a second.

use std::sync::Arc;

use betstream_events::{clock::Clock, envelope::Position};
use betstream_projections::{
    QueryError,
    markets::{MarketQueries, MarketSummary},
    odds::OddsCounters,
    progress::ViewProgress,
    stats::{StatsFigures, StatsQueries},
};
use serde::Serialize;

use crate::{operations::system::SystemFacts, server::WebDeps};

/// Most markets of one message; only the most recently active ones past it.
const MOST_MARKETS: u32 = 1_000;

/// What the figures are put together from.
#[derive(Clone)]
pub struct TickerDeps {
    pub(super) stats: StatsQueries,
    pub(super) odds: Arc<dyn OddsCounters>,
    pub(super) markets: MarketQueries,
    pub(super) market_progress: ViewProgress,
    pub(super) facts: Arc<dyn SystemFacts>,
    pub(super) clock: Arc<dyn Clock>,
}

impl TickerDeps {
    /// As the server has them.
    pub fn of(deps: &WebDeps) -> Self {
        Self {
            stats: deps.views.stats.clone(),
            odds: deps.views.odds.clone(),
            markets: deps.views.markets.clone(),
            market_progress: deps.views.market_progress.clone(),
            facts: deps.system.clone(),
            clock: deps.clock.clone(),
        }
    }

    /// The figures as they are now.
    pub(super) async fn stats(&self) -> Result<StatsFigures, QueryError> {
        let now = self.clock.now();
        let totals = self.stats.totals().await?.value;
        let last_second = self.stats.last_second().await?.value;
        let total_odds = self.odds.total().await?.updates;
        let sums = self.facts.sums();
        Ok(StatsFigures {
            total_bets: totals.bets,
            total_value: totals.value,
            bets_per_second: sums.bets_per_second,
            db_failures: sums.db_failures,
            redis_failures: sums.redis_failures,
            db_failures_per_second: sums.db_failures_per_second,
            redis_failures_per_second: sums.redis_failures_per_second,
            bets_table_row_count: totals.bets,
            total_odds,
            pending_bets: self.facts.broker().pending_bets,
            value_per_second: last_second.value,
            at: now,
        })
    }

    /// The markets that changed after `since`, and the position up to which that is known.
    pub(super) async fn changed_markets(
        &self,
        since: Position,
    ) -> Result<(Vec<MarketSummary>, Position), QueryError> {
        let changed = self.markets.changed_since(since, MOST_MARKETS).await?;
        Ok((changed.value, changed.view_position))
    }
}

/// A message's JSON with its type in front.
pub(super) fn tagged(name: &str, thing: &impl Serialize) -> serde_json::Result<String> {
    let json = serde_json::to_string(thing)?;
    Ok(format!("{{\"type\":\"{name}\",{}", &json[1..]))
}

/// The message about markets that changed.
#[derive(Serialize)]
pub(super) struct ChangedMarkets<'a> {
    pub(super) markets: &'a [MarketSummary],
}
