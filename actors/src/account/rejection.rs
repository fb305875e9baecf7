//! Why an account refuses a command, in the order in which it is checked.

use betstream_events::{envelope::Version, ids::AccountId};

use crate::answer::Answer;

/// A rule of accounts said no.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AccountRejection {
    /// There is no such account, or it was deleted.
    #[error("account {account_id} does not exist")]
    Unknown {
        /// The id.
        account_id: AccountId,
    },
    /// The account exists already.
    #[error("account {account_id} exists already")]
    Exists {
        /// The id.
        account_id: AccountId,
    },
    /// It changed since the sender saw it.
    #[error("account {account_id} is at version {}, not {seen}", current.version)]
    Stale {
        /// The id.
        account_id: AccountId,
        /// The version that the sender saw.
        seen: Version,
        /// How it is now.
        current: Box<Answer>,
    },
    /// The name is empty or only space.
    #[error("name is empty")]
    NameEmpty,
    /// The name is too long.
    #[error("name has {chars} characters, at most 200 are allowed")]
    NameTooLong {
        /// Its length.
        chars: usize,
    },
    /// Name or hostname holds a NUL character, which no database text can hold.
    #[error("{field} holds a NUL character")]
    Nul {
        /// Which one.
        field: &'static str,
    },
    /// The hostname is too long.
    #[error("hostname has {chars} characters, at most 255 are allowed")]
    HostnameTooLong {
        /// Its length.
        chars: usize,
    },
    /// Another open account has the name.
    #[error("name {name:?} is in use by {held_by}")]
    NameInUse {
        /// The name.
        name: String,
        /// The stream of the account that has it.
        held_by: String,
    },
}
