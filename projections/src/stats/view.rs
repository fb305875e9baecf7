//! Statistics in the shapes of the wire: the only copy of each.

use betstream_events::{clock::Timestamp, money::MoneySum};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the log holds of bets with a game.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatsTotals {
    /// How many.
    pub bets: i64,
    /// What they stake together.
    pub value: MoneySum,
}

/// Bets and money of one second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecondFigures {
    /// The second, since 1970 in UTC.
    pub second: i64,
    /// Bets recorded in it.
    pub bets: i64,
    /// What they stake together.
    pub value: MoneySum,
}

/// Bets and money by second, oldest first, without gaps.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct StatsSeries {
    /// Seconds since 1970 in UTC.
    pub seconds: Vec<i64>,
    /// Bets recorded in each.
    pub bets: Vec<i64>,
    /// What they stake together.
    #[schema(value_type = Vec<f64>)]
    pub value: Vec<MoneySum>,
}

/// What fails for one cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FailureGroup {
    /// Refused by a rule, or unreadable.
    pub kind: FailureKind,
    /// The stable word for the cause.
    #[schema(example = "conflicting_duplicate")]
    pub cause: String,
    /// How often.
    pub count: i64,
    /// When it last happened.
    #[schema(value_type = String, format = DateTime)]
    pub last_at: Timestamp,
}

/// How something failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// A rule refused a bet.
    Refused,
    /// A message could not be read.
    DeadLetter,
}

/// One process's own figures since its start, as it sends them to the others once a second.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProcessFigures {
    /// The process: its host name, else host and pid.
    pub pod_id: String,
    /// Bets that it recorded.
    pub total_bets: i64,
    /// What they stake together, in units of money.
    pub total_value: f64,
    /// How often its database failed.
    pub db_failures: i64,
    /// How often Redis failed.
    pub redis_failures: i64,
    /// Bets that it recorded in the last second.
    pub bets_per_second: f64,
    /// Failures of its database in the last second.
    pub db_failures_per_second: f64,
    /// Failures of Redis in the last second.
    pub redis_failures_per_second: f64,
}

/// A process that is alive.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ProcessInfo {
    /// Its name.
    pub pod_id: String,
    /// Bets that it recorded in its last second.
    pub bets_per_second: f64,
    /// Bets that it recorded since its start.
    pub total_bets: i64,
    /// When it was last heard of.
    #[schema(value_type = String, format = DateTime)]
    pub last_seen: Timestamp,
}

/// Everything that the live dashboard shows, once a second.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct StatsFigures {
    /// Bets with a game in the log.
    pub total_bets: i64,
    /// What they stake together.
    #[schema(value_type = f64)]
    pub total_value: MoneySum,
    /// Bets a second, summed over the processes.
    pub bets_per_second: f64,
    /// Database failures, summed over the processes.
    pub db_failures: i64,
    /// Redis failures, summed over the processes.
    pub redis_failures: i64,
    /// Database failures a second, summed over the processes.
    pub db_failures_per_second: f64,
    /// Redis failures a second, summed over the processes.
    pub redis_failures_per_second: f64,
    /// Bets with a game that are stored.
    pub bets_table_row_count: i64,
    /// Odds updates of all games.
    pub total_odds: i64,
    /// Bets that wait in the stream, those in hand included.
    pub pending_bets: i64,
    /// Money staked in the last whole second.
    #[schema(value_type = f64)]
    pub value_per_second: MoneySum,
    /// When this was put together.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// The three figures of `GET /stats`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TableStats {
    /// Bets with a game that are stored.
    pub bets_table_row_count: i64,
    /// Odds updates of all games.
    pub total_odds: i64,
    /// Bets that wait in the stream, those in hand included.
    pub pending_bets: i64,
}
