//! What an account knows of itself.

use betstream_events::{
    account::{AccountDetails, AccountEvent},
    clock::Timestamp,
    envelope::Version,
    ids::AccountId,
};

/// An account's state: a fold of its events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// Nothing happened yet.
    New {
        /// Its id.
        account_id: AccountId,
    },
    /// It can be used.
    Open {
        /// What it is.
        details: AccountDetails,
        /// Its version.
        version: Version,
        /// When it last changed.
        updated_at: Timestamp,
    },
    /// It was deleted.
    Closed {
        /// Its id.
        account_id: AccountId,
    },
}

impl AccountState {
    /// Takes in one event. Cannot fail: a fact cannot be refused.
    pub fn evolve(&mut self, event: &AccountEvent, version: Version, occurred_at: Timestamp) {
        *self = match event {
            AccountEvent::Opened(details) | AccountEvent::Changed { details, .. } => Self::Open {
                details: details.clone(),
                version,
                updated_at: occurred_at,
            },
            AccountEvent::Closed { account_id, .. } => Self::Closed {
                account_id: *account_id,
            },
        };
    }

    /// The account's id.
    pub const fn account_id(&self) -> AccountId {
        match self {
            Self::New { account_id } | Self::Closed { account_id } => *account_id,
            Self::Open { details, .. } => details.account_id,
        }
    }
}
