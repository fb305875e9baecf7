//! What happens in a market: the bets on one game that belong to no batch, and every refusal.

use std::sync::Arc;

use uuid::Uuid;

use crate::{
    ids::{AccountId, EventId, GameId},
    money::Money,
    odds::Odds,
    selection::Selection,
};

/// A fact about one market, in the stream `market-<game_id>`.
#[derive(Clone, Debug, PartialEq)]
pub enum MarketEvent {
    /// A bet counts from now on.
    BetRecorded(MarketBet),
    /// A bet that could be read was refused by a rule.
    BetRefused(RefusedBet),
}

/// A bet of the stream that joined no batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarketBet {
    /// The bet's own id; also the id of its event.
    pub bet_id: Uuid,
    /// The game.
    pub game_id: GameId,
    /// Its type, `WIN` or `moneyline` for example.
    pub bet_type: Arc<str>,
    /// What is staked, above zero.
    pub amount: Money,
    /// What it is on, when it said so.
    pub selection: Option<Selection>,
    /// Decimal odds, when it had any.
    pub odds: Option<Odds>,
    /// When it was placed, as the sender wrote it (RFC 3339 with any offset and precision).
    pub placed_at: String,
}

/// A bet that a rule refused, with its terms as they were sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedBet {
    /// The bet's own id, which stays free for a good try.
    pub bet_id: Uuid,
    /// The game.
    pub game_id: GameId,
    /// Its terms as sent.
    pub terms: SentTerms,
    /// The rule, as a stable word (`stake_not_positive`, `conflicting_duplicate`, …).
    pub code: String,
    /// What was wrong, naming the field and the value.
    pub detail: String,
    /// When it was placed, as the sender wrote it.
    pub placed_at: String,
}

/// The terms of a bet as the literal texts that were sent: what decides whether two bets with one
/// id are the same bet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentTerms {
    /// The bet type.
    pub bet_type: String,
    /// The literal amount.
    pub amount: String,
    /// The selection.
    pub selection: Option<String>,
    /// The literal odds.
    pub odds: Option<String>,
    /// The account whose batch it was for.
    pub account_id: Option<AccountId>,
    /// The batch name it asked for.
    pub batch: Option<String>,
}

impl RefusedBet {
    /// The id of the refusal's event: it follows from the bet, its terms and the rule, so that a
    /// repeat is stored once.
    pub fn event_id(&self) -> EventId {
        let Self {
            bet_id,
            game_id,
            terms,
            code,
            ..
        } = self;
        let SentTerms {
            bet_type,
            amount,
            selection,
            odds,
            account_id,
            batch,
        } = terms;
        // Debug quotes every text, so that no two lists of terms give one name.
        EventId::derived(&format!(
            "refused {bet_id} {game_id:?} {bet_type:?} {amount:?} {selection:?} {odds:?} {account_id:?} {batch:?} {code:?}"
        ))
    }
}
