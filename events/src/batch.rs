//! What happens to a batch and its bets.

use std::{fmt, sync::Arc};

use uuid::Uuid;

use crate::{
    clock::Timestamp,
    ids::{AccountId, BatchId, BetPid, GameId},
    money::Money,
    odds::Odds,
    selection::Selection,
};

/// A fact about one batch, in the stream `batch-<id>`.
#[derive(Clone, Debug, PartialEq)]
pub enum BatchEvent {
    /// The batch exists, open, with its first bets.
    Created {
        /// What it is.
        header: BatchHeader,
        /// Its bets, all pending; may be none.
        bets: Vec<Bet>,
    },
    /// More bets joined the open batch.
    BetsAdded {
        /// Whose it is.
        owner: BatchOwner,
        /// The new bets, all pending.
        bets: Vec<Bet>,
    },
    /// One bet has another status.
    BetStatusChanged {
        /// Whose it is.
        owner: BatchOwner,
        /// The bet as it is now.
        bet: Bet,
        /// The status that it had.
        from: BetStatus,
    },
    /// Several bets have another status, all by one command.
    BetsStatusChanged {
        /// Whose they are.
        owner: BatchOwner,
        /// The bets as they are now.
        bets: Vec<Bet>,
    },
    /// The operator handed the batch over for execution; its bets are fixed.
    Submitted {
        /// Whose it is.
        owner: BatchOwner,
        /// The name under which stream bets found it, free from now on.
        name: Option<String>,
    },
    /// Its execution is done. Nothing changes it any more.
    Completed {
        /// Whose it is.
        owner: BatchOwner,
    },
    /// The open batch was taken back.
    Withdrawn {
        /// Whose it is.
        owner: BatchOwner,
        /// The name under which stream bets found it, free from now on.
        name: Option<String>,
        /// Why.
        reason: Option<String>,
        /// Whether it went because its account was deleted.
        with_account: bool,
    },
}

impl BatchEvent {
    /// The batch that it happened to, and whose it is.
    pub const fn owner(&self) -> BatchOwner {
        match self {
            Self::Created { header, .. } => header.owner,
            Self::BetsAdded { owner, .. }
            | Self::BetStatusChanged { owner, .. }
            | Self::BetsStatusChanged { owner, .. }
            | Self::Submitted { owner, .. }
            | Self::Completed { owner }
            | Self::Withdrawn { owner, .. } => *owner,
        }
    }

    /// The bets that it brings or changes, as they are then.
    pub fn bets(&self) -> &[Bet] {
        match self {
            Self::Created { bets, .. }
            | Self::BetsAdded { bets, .. }
            | Self::BetsStatusChanged { bets, .. } => bets,
            Self::BetStatusChanged { bet, .. } => std::slice::from_ref(bet),
            Self::Submitted { .. } | Self::Completed { .. } | Self::Withdrawn { .. } => &[],
        }
    }
}

/// The batch and the account that owns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchOwner {
    /// The batch.
    pub batch_id: BatchId,
    /// Its account.
    pub account_id: AccountId,
}

/// What a batch is, apart from its bets.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchHeader {
    /// The batch and its account.
    pub owner: BatchOwner,
    /// The name by which stream bets find it; only batches that the stream makes have one.
    pub name: Option<String>,
    /// The sender's own description of it, any JSON.
    pub meta: JsonText,
    /// When it was created.
    pub created_at: Timestamp,
}

/// A piece of JSON kept as its text; equal when the texts are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonText(Arc<str>);

impl JsonText {
    /// Takes a text that is known to be JSON (it came from a JSON reader or from the log).
    pub fn from_valid(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The empty object.
    pub fn empty_object() -> Self {
        Self("{}".into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The string under `key`, when this is an object that has one.
    pub fn string_field(&self, key: &str) -> Option<String> {
        serde_json::from_str::<serde_json::Value>(&self.0)
            .ok()?
            .get(key)?
            .as_str()
            .map(str::to_owned)
    }
}

/// A bet of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Bet {
    /// Its own id, unique in the log.
    pub pid: BetPid,
    /// The number that the client gave it in its batch; it may repeat.
    pub number: i64,
    /// What it is on; none when a stream bet came without.
    pub selection: Option<Selection>,
    /// What is staked, above zero.
    pub stake: Money,
    /// What the bet debits, zero or more.
    pub cost: Money,
    /// Where it stands.
    pub status: BetStatus,
    /// Where it came from, for a bet that arrived over the stream.
    pub origin: Option<Box<StreamOrigin>>,
}

/// The stream's own terms of a bet that joined a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamOrigin {
    /// The bet's id on the stream.
    pub bet_id: Uuid,
    /// The game towards which it counts.
    pub game_id: GameId,
    /// Its bet type.
    pub bet_type: String,
    /// Decimal odds, when it had any.
    pub odds: Option<Odds>,
    /// The batch name it asked for.
    pub batch: String,
    /// When it was placed, as the sender wrote it.
    pub placed_at: String,
}

/// Where a bet stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BetStatus {
    /// Not settled yet.
    Pending,
    /// Placed with success.
    Successful,
    /// Not placed.
    Failed,
}

impl BetStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Successful, Self::Failed];

    /// Its word on the wire, in the log and in the views.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Successful => "successful",
            Self::Failed => "failed",
        }
    }

    /// The status of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }
}

impl fmt::Display for BetStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
