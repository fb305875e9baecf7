//! What the events of one commit add to markets; each row once.

use std::collections::{BTreeSet, HashMap};

use betstream_events::{clock::Timestamp, envelope::Position, ids::GameId};
use serde::{Deserialize, Serialize};

/// What the events of one commit add, by game.
#[derive(Debug, Default, PartialEq)]
pub struct MarketChanges {
    pub(super) games: HashMap<GameId, GameChange>,
    /// Where bets joined batches and counted towards a game: by these the past of a market finds
    /// what is not in its own stream.
    pub(super) joins: BTreeSet<(GameId, Position)>,
}

/// What one game gains.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct GameChange {
    pub(super) bets: i64,
    pub(super) sales: i64,
    pub(super) last_bet_at: Timestamp,
    pub(super) last_position: Position,
    /// By bet type.
    pub(super) pools: HashMap<String, PoolChange>,
}

/// What one pool gains.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct PoolChange {
    pub(super) bets: i64,
    pub(super) sales: i64,
    pub(super) unselected_bets: i64,
    pub(super) unselected_amount: i64,
    /// Bets and money by canonical selection.
    pub(super) selections: HashMap<String, (i64, i64)>,
}

/// A bet that counts towards a game, whichever road it took.
#[derive(Clone, Copy, Debug)]
pub(super) struct GameBet<'a> {
    pub(super) game_id: &'a GameId,
    pub(super) bet_type: &'a str,
    pub(super) selection: Option<&'a str>,
    pub(super) amount: i64,
    pub(super) recorded_at: Timestamp,
    pub(super) position: Position,
}

impl MarketChanges {
    pub(super) fn is_empty(&self) -> bool {
        self.games.is_empty() && self.joins.is_empty()
    }

    pub(super) fn add(&mut self, bet: GameBet<'_>) {
        let game = self.games.entry(bet.game_id.clone()).or_default();
        game.bets += 1;
        game.sales += bet.amount;
        game.last_bet_at = bet.recorded_at;
        game.last_position = bet.position;
        // Looked up by reference first: most bets meet a type that is there.
        match game.pools.get_mut(bet.bet_type) {
            Some(pool) => pool.add(bet),
            None => game
                .pools
                .entry(bet.bet_type.to_owned())
                .or_default()
                .add(bet),
        }
    }
}

impl PoolChange {
    fn add(&mut self, bet: GameBet<'_>) {
        self.bets += 1;
        self.sales += bet.amount;
        let Some(selection) = bet.selection else {
            self.unselected_bets += 1;
            self.unselected_amount += bet.amount;
            return;
        };
        if let Some((bets, amount)) = self.selections.get_mut(selection) {
            *bets += 1;
            *amount += bet.amount;
        } else {
            self.selections
                .insert(selection.to_owned(), (1, bet.amount));
        }
    }
}
