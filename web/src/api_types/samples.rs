//! Sample data and the simulated feed.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the sample data added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct SampleReport {
    /// Accounts.
    pub accounts: u64,
    /// Batches.
    pub batches: u64,
    /// Bets.
    pub bets: u64,
}

/// A simulated feed to start.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
pub struct NewSimulation {
    /// Bets a second.
    #[serde(default = "default_rate")]
    #[schema(minimum = 0.1, maximum = 5000, default = 20)]
    pub rate: f64,
    /// Bets in all.
    #[serde(default = "default_count")]
    #[schema(minimum = 1, maximum = 10_000_000, default = 2000)]
    pub count: u64,
    /// Over how many games.
    #[serde(default = "default_games")]
    #[schema(minimum = 1, maximum = 1000, default = 6)]
    pub games: u32,
}

const fn default_rate() -> f64 {
    20.0
}

const fn default_count() -> u64 {
    2_000
}

const fn default_games() -> u32 {
    6
}

/// The simulated feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Simulation {
    /// Whether it runs.
    pub running: bool,
    /// Bets a second.
    pub rate: f64,
    /// Bets in all.
    pub count: u64,
    /// Bets that were sent so far.
    pub sent: u64,
    /// Over how many games.
    pub games: u32,
}
