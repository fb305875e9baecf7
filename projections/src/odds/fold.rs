//! Which events update the odds of a game: every bet that has one.

use std::collections::HashMap;

use betstream_events::{
    batch::BatchEvent, envelope::RecordedEvent, event::Event, ids::GameId, market::MarketEvent,
};

/// How many updates each game gains by one commit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OddsChanges {
    pub(super) games: HashMap<GameId, i64>,
}

impl OddsChanges {
    pub(super) fn is_empty(&self) -> bool {
        self.games.is_empty()
    }

    /// The updates of all games together.
    pub(super) fn total(&self) -> i64 {
        self.games.values().sum()
    }

    /// Games in order, so that two writers lock rows in the same order.
    pub(super) fn in_order(self) -> Vec<(GameId, i64)> {
        let mut games: Vec<(GameId, i64)> = self.games.into_iter().collect();
        games.sort_unstable();
        games
    }
}

/// Adds what `recorded` changes.
pub(super) fn fold(changes: &mut OddsChanges, recorded: &RecordedEvent) {
    match &recorded.event {
        Event::Market(MarketEvent::BetRecorded(bet)) => {
            *changes.games.entry(bet.game_id.clone()).or_default() += 1;
        }
        Event::Batch(BatchEvent::Created { bets, .. } | BatchEvent::BetsAdded { bets, .. }) => {
            for origin in bets.iter().filter_map(|bet| bet.origin.as_deref()) {
                *changes.games.entry(origin.game_id.clone()).or_default() += 1;
            }
        }
        Event::Account(_)
        | Event::Batch(_)
        | Event::Market(MarketEvent::BetRefused(_))
        | Event::DeadLetter(_)
        | Event::Projection(_) => {}
    }
}
