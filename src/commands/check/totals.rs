//! The sums over the log: bets with a game, their value, and the bets of each game.

use std::collections::BTreeMap;

use betstream_events::{
    batch::BatchEvent, envelope::RecordedEvent, event::Event, ids::GameId, market::MarketEvent,
};

/// The sums.
#[derive(Default)]
pub(super) struct Totals {
    /// Bets with a game.
    pub(super) bets: i64,
    /// Their value in minor units.
    pub(super) value_minor: i128,
    /// Bets by game.
    pub(super) by_game: BTreeMap<GameId, i64>,
}

impl Totals {
    /// Takes in one event.
    pub(super) fn see(&mut self, event: &RecordedEvent) {
        match &event.event {
            Event::Market(MarketEvent::BetRecorded(bet)) => {
                self.add(&bet.game_id, bet.amount.minor())
            }
            Event::Batch(BatchEvent::BetsAdded { bets, .. } | BatchEvent::Created { bets, .. }) => {
                for bet in bets {
                    if let Some(origin) = &bet.origin {
                        self.add(&origin.game_id, bet.stake.minor());
                    }
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, game_id: &GameId, minor: i64) {
        self.bets += 1;
        self.value_minor += i128::from(minor);
        match self.by_game.get_mut(game_id) {
            Some(bets) => *bets += 1,
            None => drop(self.by_game.insert(game_id.clone(), 1)),
        }
    }
}
