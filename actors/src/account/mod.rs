//! The account: opened under a name, changed, deleted.

mod command;
mod decide;
mod rejection;
mod state;
#[cfg(test)]
mod tests;

pub use command::{AccountCommand, AccountTerms};
pub use decide::Account;
pub use rejection::AccountRejection;
pub use state::AccountState;
