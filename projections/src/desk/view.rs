//! The desk in the shapes of the wire: the only copy of each.

use betstream_events::{
    account::AccountDetails,
    batch::{self, BatchHeader},
    clock::Timestamp,
    envelope::Version,
    ids::{AccountId, BatchId, BetPid},
    money::Money,
};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Account {
    /// Its id.
    #[schema(value_type = i64, example = 1)]
    pub id: AccountId,
    /// Its name, unique among open accounts.
    pub name: String,
    /// The host on which it is traded.
    pub hostname: String,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// How often it was changed, its opening included; its `ETag`.
    #[schema(value_type = i64)]
    pub version: Version,
}

impl Account {
    /// The account as its last event leaves it.
    pub fn new(details: &AccountDetails, updated_at: Timestamp, version: Version) -> Self {
        Self {
            id: details.account_id,
            name: details.name.clone(),
            hostname: details.hostname.clone(),
            created_at: details.opened_at,
            updated_at,
            version,
        }
    }
}

/// A batch with its bets, ordered by their `id`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Batch {
    /// Its id.
    #[schema(value_type = i64, example = 42)]
    pub id: BatchId,
    /// Whether nothing changes it any more: completed or withdrawn.
    pub completed: bool,
    /// Where it stands.
    pub state: BatchState,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it or one of its bets was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// The sender's own description, any JSON.
    #[schema(value_type = serde_json::Value)]
    pub meta: Box<RawValue>,
    /// Its account.
    #[schema(value_type = i64)]
    pub account_id: AccountId,
    /// The name by which stream bets find it; only batches that the stream makes have one.
    pub name: Option<String>,
    /// How often it was changed, its creation included; its `ETag`.
    #[schema(value_type = i64)]
    pub version: Version,
    /// Its bets.
    pub bets: Vec<Bet>,
}

impl Batch {
    /// The batch as it was created.
    pub fn created(
        header: &BatchHeader,
        bets: &[batch::Bet],
        version: Version,
        updated_at: Timestamp,
    ) -> Self {
        let id = header.owner.batch_id;
        let mut bets: Vec<Bet> = bets.iter().map(|bet| Bet::new(id, bet, version)).collect();
        bets.sort_by_key(|bet| (bet.id, bet.pid));
        let state = if bets.is_empty() {
            BatchState::Created
        } else {
            BatchState::Active
        };
        Self {
            id,
            completed: state.is_completed(),
            state,
            created_at: header.created_at,
            updated_at,
            meta: raw_json(header.meta.as_str()),
            account_id: header.owner.account_id,
            name: header.name.clone(),
            version,
            bets,
        }
    }
}

/// The text as JSON; a text that is none becomes `null`.
pub(crate) fn raw_json(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// Where a batch stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum BatchState {
    /// Open, without bets.
    Created,
    /// Open, with bets.
    Active,
    /// Handed over for execution.
    Submitted,
    /// Executed.
    Completed,
    /// Taken back.
    Withdrawn,
}

impl BatchState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Created,
        Self::Active,
        Self::Submitted,
        Self::Completed,
        Self::Withdrawn,
    ];

    /// Its word on the wire and in the views.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Active => "active",
            Self::Submitted => "submitted",
            Self::Completed => "completed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether nothing changes such a batch any more.
    pub const fn is_completed(self) -> bool {
        matches!(self, Self::Completed | Self::Withdrawn)
    }
}

/// A bet of a batch.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Bet {
    /// Its own id, unique everywhere.
    #[schema(value_type = i64)]
    pub pid: BetPid,
    /// The number that the client gave it in its batch; it may repeat.
    pub id: i64,
    /// What it is on, as written; empty when a stream bet came without.
    pub selection: String,
    /// What is staked.
    #[schema(value_type = f64, example = 6.0)]
    pub stake: Money,
    /// What it debits.
    #[schema(value_type = f64, example = 2.0)]
    pub cost: Money,
    /// Where it stands.
    pub status: BetStatus,
    /// Its batch.
    #[schema(value_type = i64)]
    pub batch_id: BatchId,
    /// The version of its batch at which it last changed; its `ETag`.
    #[schema(value_type = i64)]
    pub version: Version,
    /// Its id on the stream, for a bet that came from there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bet_id: Option<String>,
    /// The game towards which it counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub game_id: Option<String>,
    /// Its bet type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bet_type: Option<String>,
    /// Its decimal odds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub odds: Option<f64>,
}

impl Bet {
    /// The bet of `batch_id` as its last event leaves it.
    pub fn new(batch_id: BatchId, bet: &batch::Bet, version: Version) -> Self {
        let origin = bet.origin.as_deref();
        Self {
            pid: bet.pid,
            id: bet.number,
            selection: bet
                .selection
                .as_ref()
                .map(|selection| selection.written().to_owned())
                .unwrap_or_default(),
            stake: bet.stake,
            cost: bet.cost,
            status: bet.status.into(),
            batch_id,
            version,
            bet_id: origin.map(|origin| origin.bet_id.to_string()),
            game_id: origin.map(|origin| origin.game_id.to_string()),
            bet_type: origin.map(|origin| origin.bet_type.clone()),
            odds: origin
                .and_then(|origin| origin.odds)
                .map(|odds| odds.to_json_number()),
        }
    }
}

/// Where a bet stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum BetStatus {
    /// Not settled yet.
    Pending,
    /// Placed with success.
    Successful,
    /// Not placed.
    Failed,
}

impl From<batch::BetStatus> for BetStatus {
    fn from(status: batch::BetStatus) -> Self {
        match status {
            batch::BetStatus::Pending => Self::Pending,
            batch::BetStatus::Successful => Self::Successful,
            batch::BetStatus::Failed => Self::Failed,
        }
    }
}
