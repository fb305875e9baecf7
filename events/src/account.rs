//! What happens to an account.

use crate::{clock::Timestamp, ids::AccountId};

/// A fact about one account, in the stream `account-<id>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountEvent {
    /// The account exists from now on; it takes its name.
    Opened(AccountDetails),
    /// Name or hostname are other ones; a new name is taken, the old one is free.
    Changed {
        /// How it is from now on.
        details: AccountDetails,
        /// The name that it had.
        previous_name: String,
        /// The hostname that it had; not known of what was written in version 1.
        previous_hostname: Option<String>,
    },
    /// The account left every list and its name is free; its history stays.
    Closed {
        /// The account.
        account_id: AccountId,
        /// The name that it had.
        name: String,
    },
}

/// An account as operators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountDetails {
    /// Its id.
    pub account_id: AccountId,
    /// Its name, unique among open accounts, 1 to 200 characters.
    pub name: String,
    /// The host on which it is traded, free text.
    pub hostname: String,
    /// When it was opened.
    pub opened_at: Timestamp,
}
