//! What can be asked of an account.

/// A command to one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountCommand {
    /// Open it under a free name.
    Open(AccountTerms),
    /// Give it another name or hostname.
    Change(AccountTerms),
    /// Delete it: it leaves every list and its name is free; its history stays.
    Delete,
}

/// What an operator says of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountTerms {
    /// Its name, 1 to [`AccountTerms::MAX_NAME_CHARS`] characters.
    pub name: String,
    /// The host on which it is traded, at most [`AccountTerms::MAX_HOSTNAME_CHARS`] characters.
    pub hostname: String,
}

impl AccountTerms {
    /// Longest name, in characters.
    pub const MAX_NAME_CHARS: usize = 200;
    /// Longest hostname, in characters (a DNS name has at most 253).
    pub const MAX_HOSTNAME_CHARS: usize = 255;
}
