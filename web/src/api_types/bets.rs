//! What callers send about bets, and what became of those that came as the stream sends them.

use betstream_events::{batch::BetStatus, ids::BetPid};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use utoipa::ToSchema;

/// A new status for one bet.
#[derive(Debug, Deserialize, ToSchema)]
pub struct StatusChange {
    /// The status that it shall have.
    #[serde(deserialize_with = "status")]
    #[schema(value_type = betstream_projections::desk::BetStatus)]
    pub status: BetStatus,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
}

/// One bet of a change of several.
#[derive(Debug, Deserialize, ToSchema)]
pub struct BatchStatusChange {
    /// The bet.
    #[schema(value_type = i64)]
    pub pid: BetPid,
    /// The status that it shall have; without one it becomes successful.
    #[serde(default = "successful", deserialize_with = "status_or_successful")]
    #[schema(value_type = betstream_projections::desk::BetStatus, required = false)]
    pub status: BetStatus,
}

const fn successful() -> BetStatus {
    BetStatus::Successful
}

fn status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BetStatus, D::Error> {
    let word = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
    BetStatus::from_word(&word).ok_or_else(|| {
        D::Error::custom(format!(
            "{word:?} is no status: pending, successful or failed"
        ))
    })
}

fn status_or_successful<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BetStatus, D::Error> {
    let Some(word) = Option::<String>::deserialize(deserializer)? else {
        return Ok(successful());
    };
    BetStatus::from_word(&word).ok_or_else(|| {
        D::Error::custom(format!(
            "{word:?} is no status: pending, successful or failed"
        ))
    })
}

/// A bet as it comes over the stream. (Read by the actors' own reader; this is its description.)
#[derive(Debug, ToSchema)]
pub struct StreamBet {
    /// Its own id, given by the sender: the same bet is taken once.
    pub id: uuid::Uuid,
    /// The game towards which it counts.
    #[schema(min_length = 1, max_length = 200, example = "game_123")]
    pub game_id: String,
    /// Its type.
    #[schema(example = "moneyline", max_length = 200)]
    pub bet_type: String,
    /// What is staked.
    #[schema(exclusive_minimum = 0, example = 42.0)]
    pub amount: f64,
    /// When it was placed.
    #[schema(value_type = String, format = DateTime)]
    pub timestamp: String,
    /// What it is on.
    #[schema(required = false, nullable = false)]
    pub selection: Option<String>,
    /// Decimal odds.
    #[schema(required = false, nullable = false, exclusive_minimum = 1)]
    pub odds: Option<f64>,
    /// The account whose open batch it joins.
    #[schema(required = false, nullable = false, minimum = 1)]
    pub account_id: Option<i64>,
    /// The name of that batch; the game's id without one.
    #[schema(required = false, nullable = false)]
    pub batch: Option<String>,
}

/// What became of the bets of one request.
#[derive(Debug, Serialize, ToSchema)]
pub struct BetsReceipt {
    /// How many came.
    pub received: u64,
    /// How many are new in the log.
    pub recorded: u64,
    /// How many were in the log before, with the same terms.
    pub duplicates: u64,
    /// Those that were not taken.
    pub refused: Vec<RefusedBet>,
    /// The log position that this rests on.
    pub position: i64,
}

/// A bet that was not taken, and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedBet {
    /// Its place in the request, from 0.
    pub index: u64,
    /// Its id, where it could be read.
    #[schema(required = true)]
    pub id: Option<uuid::Uuid>,
    /// The rule or the fault, as a stable word.
    pub code: &'static str,
    /// What was wrong, naming the field and the value.
    pub detail: String,
}
