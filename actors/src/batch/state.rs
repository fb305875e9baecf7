//! What a batch knows of itself.

use std::{fmt, sync::Arc};

use betstream_events::{
    batch::{BatchEvent, BatchHeader, Bet},
    clock::Timestamp,
    envelope::Version,
    ids::{BatchId, BetPid},
};
use rpds::RedBlackTreeMapSync;

/// A batch's state: a fold of its events.
#[derive(Clone, Debug, PartialEq)]
pub enum BatchState {
    /// Nothing happened yet.
    New {
        /// Its id.
        batch_id: BatchId,
    },
    /// It can be changed.
    Open(Contents),
    /// Nothing changes its bets any more.
    Closed {
        /// What it holds.
        contents: Contents,
        /// How it ended.
        closing: Closing,
    },
}

/// What a batch holds. Cloning shares everything.
#[derive(Clone, Debug, PartialEq)]
pub struct Contents {
    /// What it is.
    pub header: Arc<BatchHeader>,
    /// The type of its bets, when its description names one.
    pub bet_type: Option<Arc<str>>,
    /// Its bets by id.
    pub bets: RedBlackTreeMapSync<BetPid, BetEntry>,
    /// The number that the next stream bet gets.
    pub next_number: i64,
    /// Its version.
    pub version: Version,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A bet and when it last changed.
#[derive(Clone, Debug, PartialEq)]
pub struct BetEntry {
    /// The bet.
    pub bet: Arc<Bet>,
    /// The batch version at which it last changed.
    pub changed_at: Version,
}

/// How a batch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// Handed over for execution.
    Submitted,
    /// Executed.
    Completed,
    /// Taken back.
    Withdrawn,
}

impl fmt::Display for Closing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Submitted => "submitted",
            Self::Completed => "completed",
            Self::Withdrawn => "withdrawn",
        })
    }
}

impl BatchState {
    /// What it holds, once it exists.
    pub const fn contents(&self) -> Option<&Contents> {
        match self {
            Self::New { .. } => None,
            Self::Open(contents) | Self::Closed { contents, .. } => Some(contents),
        }
    }

    /// Takes in one event. Cannot fail: a fact cannot be refused.
    pub fn evolve(&mut self, event: &BatchEvent, version: Version, occurred_at: Timestamp) {
        if let BatchEvent::Created { header, bets } = event {
            *self = Self::Open(Contents::new(header, bets, version, occurred_at));
            return;
        }
        let (Self::Open(contents) | Self::Closed { contents, .. }) = self else {
            return;
        };
        contents.version = version;
        contents.updated_at = occurred_at;
        let closing = match event {
            BatchEvent::Created { .. } => None,
            BatchEvent::BetsAdded { bets, .. } | BatchEvent::BetsStatusChanged { bets, .. } => {
                bets.iter().for_each(|bet| contents.put(bet));
                None
            }
            BatchEvent::BetStatusChanged { bet, .. } => {
                contents.put(bet);
                None
            }
            BatchEvent::Submitted { .. } => Some(Closing::Submitted),
            BatchEvent::Completed { .. } => Some(Closing::Completed),
            BatchEvent::Withdrawn { .. } => Some(Closing::Withdrawn),
        };
        if let Some(closing) = closing {
            *self = Self::Closed {
                contents: contents.clone(),
                closing,
            };
        }
    }
}

impl Contents {
    fn new(header: &BatchHeader, bets: &[Bet], version: Version, updated_at: Timestamp) -> Self {
        let bet_type = header.meta.string_field("bet_type").map(Arc::from);
        let header = Arc::new(header.clone());
        let mut contents = Self {
            header,
            bet_type,
            bets: RedBlackTreeMapSync::new_sync(),
            next_number: 1,
            version,
            updated_at,
        };
        bets.iter().for_each(|bet| contents.put(bet));
        contents
    }

    fn put(&mut self, bet: &Bet) {
        self.next_number = self.next_number.max(bet.number.saturating_add(1));
        self.bets.insert_mut(
            bet.pid,
            BetEntry {
                bet: Arc::new(bet.clone()),
                changed_at: self.version,
            },
        );
    }

    /// Its bets in the order in which they are shown: by the client's number, then by id.
    pub fn in_order(&self) -> Vec<&BetEntry> {
        let mut entries: Vec<&BetEntry> = self.bets.values().collect();
        entries.sort_by_key(|entry| (entry.bet.number, entry.bet.pid));
        entries
    }
}
