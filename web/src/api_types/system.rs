//! What runs where.

use betstream_projections::{ProjectionStatus, stats::ProcessInfo};
use serde::Serialize;
use utoipa::ToSchema;

/// What runs where.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SystemInfo {
    /// The software's version.
    pub version: &'static str,
    /// The log's id.
    pub log: String,
    /// The log's epoch, raised by reset and restore.
    pub epoch: i64,
    /// ISO 4217.
    #[schema(example = "USD")]
    pub currency: String,
    /// How many decimals its amounts have.
    pub currency_decimals: u32,
    /// The log's last position.
    pub position: i64,
    /// This process.
    pub pod_id: String,
    /// What it stands on.
    pub needs: Vec<Need>,
    /// The processes on this log that were heard of lately.
    pub processes: Vec<ProcessInfo>,
    /// The read models.
    pub projections: Vec<ProjectionStatus>,
    /// Whether everybody may ask.
    pub authentication: Authentication,
    /// Nothing was ever recorded.
    pub empty: bool,
}

/// How callers show who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Authentication {
    /// Not at all.
    Open,
    /// By a token.
    Tokens,
}

/// Something the product stands on, and what was chosen for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Need {
    /// What for.
    pub need: NeedName,
    /// What was chosen.
    #[schema(example = "SQLite data/betstream.db")]
    pub choice: String,
    /// The variable that changes it.
    #[schema(required = true, example = "DATABASE_URL")]
    pub variable: Option<String>,
    /// How it is.
    pub state: NeedState,
}

/// What something is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum NeedName {
    /// The log.
    Log,
    /// The read models.
    Views,
    /// The odds counters.
    Odds,
    /// The bet stream.
    Stream,
    /// Nudges and figures between processes.
    Nudges,
}

/// How something that is needed is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum NeedState {
    /// A server, connected.
    Connected,
    /// A server that does not answer now.
    Connecting,
    /// In this process.
    Embedded,
}
