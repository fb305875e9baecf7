//! Taking stream bets, by whichever road they come: each goes to its market, or to the open batch
//! of its account.

mod depth;
mod figures;
mod parse;
mod placement;

use std::{collections::HashMap, sync::Arc};

use betstream_events::{ids::GameId, money::Currency};
use futures::future::join_all;

pub use depth::nests_deeper_than;
pub use figures::IntakeFigures;
pub use parse::{MAX_BET_BYTES, Unreadable, parse_bet};
pub use placement::Placement;

use crate::{
    handle::Gate,
    market::{BetOutcome, MarketItem, Markets, SentBet, Taking},
};

/// Takes groups of bets; cheap to clone.
#[derive(Clone)]
pub struct StreamBets {
    pub(crate) markets: Markets,
    pub(crate) placement: Placement,
    pub(crate) gate: Gate,
    pub(crate) currency: Currency,
    pub(crate) figures: Arc<IntakeFigures>,
}

impl StreamBets {
    /// The currency in which amounts are read.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// What this process took since its start.
    pub fn figures(&self) -> Arc<IntakeFigures> {
        self.figures.clone()
    }

    /// Takes `bets`, each by itself, and gives their outcomes in the same order.
    pub async fn take(&self, bets: Vec<SentBet>, taking: Arc<Taking>) -> Vec<BetOutcome> {
        let Some(_pass) = self.gate.enter() else {
            return vec![
                BetOutcome::Deferred {
                    reason: "the server is stopping".to_owned()
                };
                bets.len()
            ];
        };
        let road = taking.road;
        let amounts: Vec<i64> = bets
            .iter()
            .map(|bet| figures::minor(bet, self.currency))
            .collect();
        let mut outcomes: Vec<Option<BetOutcome>> = vec![None; bets.len()];
        let mut by_game: HashMap<GameId, (Vec<usize>, Vec<MarketItem>)> = HashMap::new();
        let mut joining: HashMap<_, Vec<(usize, SentBet)>> = HashMap::new();
        for (index, bet) in bets.into_iter().enumerate() {
            match bet.account_id {
                Some(account) => {
                    joining
                        .entry((account, crate::market::batch_name(&bet)))
                        .or_default()
                        .push((index, bet));
                }
                None => {
                    let (indexes, items) = by_game.entry(bet.game_id.clone()).or_default();
                    indexes.push(index);
                    items.push(MarketItem::Take(bet));
                }
            }
        }
        let markets = by_game
            .into_iter()
            .map(async |(game_id, (indexes, items))| {
                let outcomes = self.markets.take(&game_id, items, taking.clone()).await;
                indexes.into_iter().zip(outcomes).collect::<Vec<_>>()
            });
        let batches = joining.into_iter().map(async |((account, name), bets)| {
            self.placement.join(account, &name, bets, &taking).await
        });
        let (markets, batches) = futures::join!(join_all(markets), join_all(batches));
        for (index, outcome) in markets.into_iter().chain(batches).flatten() {
            outcomes[index] = Some(outcome);
        }
        let settled = |outcome: Option<BetOutcome>| {
            outcome.unwrap_or_else(|| BetOutcome::Deferred {
                reason: "it was not settled".to_owned(),
            })
        };
        let outcomes: Vec<BetOutcome> = outcomes.into_iter().map(settled).collect();
        self.figures.count(road, &outcomes, &amounts);
        outcomes
    }
}
