//! Markets in the shapes of the wire: the only copy of each.

use betstream_events::{clock::Timestamp, envelope::Position, money::Money};
use serde::Serialize;
use utoipa::ToSchema;

/// A game in short.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct MarketSummary {
    /// The game.
    #[schema(example = "game_123")]
    pub game_id: String,
    /// How many bets count towards it.
    pub bets: i64,
    /// What they stake together.
    #[schema(value_type = f64)]
    pub turnover: Money,
    /// How often its odds were updated: once for each bet.
    pub odds_updates: i64,
    /// When its last bet was recorded.
    #[schema(value_type = String, format = DateTime)]
    pub last_bet_at: Timestamp,
    /// The position of its last bet, by which changed markets are found.
    #[serde(skip)]
    pub last_position: Position,
}

/// A game with its pools.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Market {
    /// The game in short.
    #[serde(flatten)]
    pub summary: MarketSummary,
    /// One pool for each bet type, by name.
    pub pools: Vec<Pool>,
}

/// All bets of one type on one game.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Pool {
    /// The bet type.
    #[schema(example = "WIN")]
    pub bet_type: String,
    /// How many bets are in it.
    pub bets: i64,
    /// What they stake together.
    #[schema(value_type = f64)]
    pub sales: Money,
    /// How many of them named no selection: they count towards turnover only.
    pub unselected_bets: i64,
    /// What those stake together.
    #[schema(value_type = f64)]
    pub unselected_amount: Money,
    /// What the operator keeps, in percent.
    #[schema(example = 15.0)]
    pub takeout_percent: f64,
    /// The step to which prices are rounded down.
    #[schema(value_type = f64, example = 0.01)]
    pub breakage: Money,
    /// What was bet on, in the order of runners.
    pub selections: Vec<PoolSelection>,
}

/// One combination of a pool.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PoolSelection {
    /// Its canonical form.
    #[schema(example = "1/2")]
    pub selection: String,
    /// How many bets are on it.
    pub bets: i64,
    /// What they stake together.
    #[schema(value_type = f64)]
    pub amount: Money,
    /// What one unit would pay, were it to win now; null where nothing may be shown.
    #[schema(value_type = Option<f64>)]
    pub price: Option<Money>,
}
