//! The rows of the other systems, as far as they can be read without knowing our rules.

use betstream_events::clock::Timestamp;
use uuid::Uuid;

/// Everything that a source holds.
#[derive(Debug)]
pub(super) enum SourceRows {
    /// A control plane's accounts and batches.
    ControlPlane {
        /// Its accounts by id.
        accounts: Vec<AccountRow>,
        /// Its batches by id.
        batches: Vec<BatchRow>,
    },
    /// A stream engine's bets.
    StreamEngine {
        /// Its bets by id.
        bets: Vec<StreamBetRow>,
    },
}

/// A row of `accounts`.
#[derive(Debug)]
pub(super) struct AccountRow {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) hostname: String,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

/// A row of `batches` with its bets.
#[derive(Debug)]
pub(super) struct BatchRow {
    pub(super) id: i64,
    pub(super) account_id: i64,
    pub(super) completed: bool,
    /// JSON.
    pub(super) meta: String,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) bets: Vec<BetRow>,
}

/// A row of a control plane's `bets`; amounts as exact decimal texts.
#[derive(Debug)]
pub(super) struct BetRow {
    pub(super) pid: i64,
    pub(super) number: i64,
    pub(super) selection: String,
    pub(super) stake: String,
    pub(super) cost: String,
    pub(super) status: String,
}

/// A row of a stream engine's `bets`; the amount as an exact decimal text.
#[derive(Debug)]
pub(super) struct StreamBetRow {
    pub(super) id: Uuid,
    pub(super) game_id: String,
    pub(super) bet_type: String,
    pub(super) amount: String,
    pub(super) placed_at: Timestamp,
}
