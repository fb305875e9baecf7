//! Live messages: what an event says to a client that watches the desk.

use betstream_events::{
    account::AccountEvent,
    batch::BatchEvent,
    envelope::{RecordedEvent, Version},
    event::Event,
    ids::{AccountId, BatchId},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::desk::{Account, Batch, BatchState, Bet};

/// What a live client is told. The `event:` name of a message is its `type`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum LiveMessage {
    /// An account was opened.
    AccountCreated {
        /// The account.
        account: Account,
    },
    /// An account was changed.
    AccountUpdated {
        /// The account as it is now.
        account: Account,
    },
    /// An account left every list, and its batches with it.
    AccountDeleted {
        /// The account.
        #[schema(value_type = i64)]
        id: AccountId,
    },
    /// A batch was created.
    BatchCreated {
        /// The batch with its bets.
        batch: Batch,
    },
    /// A batch is completed or withdrawn: nothing changes it any more.
    BatchCompleted {
        /// The batch.
        #[schema(value_type = i64)]
        id: BatchId,
        /// Its account.
        #[schema(value_type = i64)]
        account_id: AccountId,
        /// Which of the two.
        state: BatchState,
        /// Its version now.
        #[schema(value_type = i64)]
        version: Version,
    },
    /// One bet has another status.
    BetStatusUpdated {
        /// The bet as it is now.
        bet: Bet,
        /// The account of its batch.
        #[schema(value_type = i64)]
        account_id: AccountId,
    },
    /// Several bets of a batch have another status.
    BatchBetsUpdated {
        /// The batch.
        #[schema(value_type = i64)]
        batch_id: BatchId,
        /// Its account.
        #[schema(value_type = i64)]
        account_id: AccountId,
        /// The bets as they are now.
        bets: Vec<Bet>,
    },
    /// Bets joined an open batch.
    BetsAdded {
        /// The batch.
        #[schema(value_type = i64)]
        batch_id: BatchId,
        /// Its account.
        #[schema(value_type = i64)]
        account_id: AccountId,
        /// The new bets.
        bets: Vec<Bet>,
    },
}

impl LiveMessage {
    /// Its `type`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::AccountCreated { .. } => "account_created",
            Self::AccountUpdated { .. } => "account_updated",
            Self::AccountDeleted { .. } => "account_deleted",
            Self::BatchCreated { .. } => "batch_created",
            Self::BatchCompleted { .. } => "batch_completed",
            Self::BetStatusUpdated { .. } => "bet_status_updated",
            Self::BatchBetsUpdated { .. } => "batch_bets_updated",
            Self::BetsAdded { .. } => "bets_added",
        }
    }

    /// The message of an event; at most one. A submitted batch is still open to its operators'
    /// eyes, so it says nothing; batches that go with their account are covered by its message.
    pub fn of(recorded: &RecordedEvent) -> Option<Self> {
        match &recorded.event {
            Event::Account(event) => Some(Self::of_account(recorded, event)),
            Event::Batch(event) => Self::of_batch(recorded, event),
            Event::Market(_) | Event::DeadLetter(_) | Event::Projection(_) => None,
        }
    }

    fn of_account(recorded: &RecordedEvent, event: &AccountEvent) -> Self {
        let account = |details| Account::new(details, recorded.occurred_at, recorded.version);
        match event {
            AccountEvent::Opened(details) => Self::AccountCreated {
                account: account(details),
            },
            AccountEvent::Changed { details, .. } => Self::AccountUpdated {
                account: account(details),
            },
            AccountEvent::Closed { account_id, .. } => Self::AccountDeleted { id: *account_id },
        }
    }

    fn of_batch(recorded: &RecordedEvent, event: &BatchEvent) -> Option<Self> {
        let version = recorded.version;
        let ended = |owner: &betstream_events::batch::BatchOwner, state| Self::BatchCompleted {
            id: owner.batch_id,
            account_id: owner.account_id,
            state,
            version,
        };
        Some(match event {
            BatchEvent::Created { header, bets } => Self::BatchCreated {
                batch: Batch::created(header, bets, version, recorded.occurred_at),
            },
            BatchEvent::BetsAdded { owner, bets } => Self::BetsAdded {
                batch_id: owner.batch_id,
                account_id: owner.account_id,
                bets: bets
                    .iter()
                    .map(|bet| Bet::new(owner.batch_id, bet, version))
                    .collect(),
            },
            BatchEvent::BetStatusChanged { owner, bet, .. } => Self::BetStatusUpdated {
                bet: Bet::new(owner.batch_id, bet, version),
                account_id: owner.account_id,
            },
            BatchEvent::BetsStatusChanged { owner, bets } => Self::BatchBetsUpdated {
                batch_id: owner.batch_id,
                account_id: owner.account_id,
                bets: bets
                    .iter()
                    .map(|bet| Bet::new(owner.batch_id, bet, version))
                    .collect(),
            },
            BatchEvent::Completed { owner } => ended(owner, BatchState::Completed),
            BatchEvent::Withdrawn {
                owner,
                with_account: false,
                ..
            } => ended(owner, BatchState::Withdrawn),
            BatchEvent::Withdrawn {
                with_account: true, ..
            }
            | BatchEvent::Submitted { .. } => return None,
        })
    }
}
