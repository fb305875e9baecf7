//! A market as its events leave it, when they were folded from nothing.

use betstream_events::ids::GameId;

use super::{
    changes::{GameChange, MarketChanges},
    pricing::{PoolTotals, Pricing},
    view::{Market, MarketSummary},
};

impl MarketChanges {
    /// Forgets every other game.
    pub(crate) fn keep_only(&mut self, game: &GameId) {
        self.joins.clear();
        if self.games.len() > 1 {
            self.games.retain(|other, _| other == game);
        }
    }

    /// Whether anybody bet on the game.
    pub(crate) fn holds(&self, game: &GameId) -> bool {
        self.games.contains_key(game)
    }

    /// How many rows the game takes: the cost of keeping it.
    pub(crate) fn rows(&self, game: &GameId) -> usize {
        let pools = self.games.get(game).map(|game| game.pools.values());
        pools.map_or(0, |pools| pools.map(|pool| pool.selections.len() + 1).sum())
    }

    /// The game in a form in which it can be kept.
    pub(crate) fn keep(&self, game: &GameId) -> Option<String> {
        serde_json::to_string(self.games.get(game)?).ok()
    }

    /// What [`Self::keep`] wrote; none when it cannot be read.
    pub(crate) fn kept(game: &GameId, text: &str) -> Option<Self> {
        let change: GameChange = serde_json::from_str(text).ok()?;
        let games = [(game.clone(), change)].into();
        Some(Self {
            games,
            ..Self::default()
        })
    }

    /// The game with the selections that are `wanted`, by bet type and selection, each with the
    /// price that follows from them all; none when nobody bet on it.
    pub(crate) fn market(
        &self,
        game_id: &GameId,
        pricing: &Pricing,
        wanted: impl Fn(&str, &str) -> bool,
    ) -> Option<Market> {
        let game = self.games.get(game_id)?;
        let totals = game.pools.iter().map(|(bet_type, pool)| {
            let selections = pool.selections.iter();
            PoolTotals {
                bet_type: bet_type.clone(),
                bets: pool.bets,
                sales: pool.sales,
                unselected_bets: pool.unselected_bets,
                unselected_amount: pool.unselected_amount,
                selections: selections
                    .map(|(selection, (bets, amount))| (selection.clone(), *bets, *amount))
                    .collect(),
            }
        });
        let mut pools: Vec<_> = totals.map(|totals| pricing.pool(totals)).collect();
        pools.sort_by(|left, right| left.bet_type.cmp(&right.bet_type));
        for pool in &mut pools {
            let bet_type = &pool.bet_type;
            pool.selections
                .retain(|item| wanted(bet_type, &item.selection));
        }
        let summary = MarketSummary {
            game_id: game_id.to_string(),
            bets: game.bets,
            turnover: pricing.money(game.sales),
            odds_updates: game.bets,
            last_bet_at: game.last_bet_at,
            last_position: game.last_position,
        };
        Some(Market { summary, pools })
    }
}
