//! Why a stream bet is refused, in the order in which it is checked.

use betstream_events::{
    ids::AccountId,
    money::{Money, MoneyError},
    odds::OddsError,
    selection::SelectionError,
};

/// A rule said no to a bet that could be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BetRejection {
    /// It has no type.
    #[error("bet_type is empty")]
    BetTypeEmpty,
    /// The amount is negative, too fine or too large.
    #[error("amount {0}")]
    Amount(MoneyError),
    /// Nothing is staked.
    #[error("amount {amount} is not above zero")]
    StakeNotPositive {
        /// The amount.
        amount: Money,
    },
    /// The selection breaks the grammar of its type.
    #[error("selection: {0}")]
    Selection(SelectionError),
    /// The odds are no decimal odds.
    #[error("{0}")]
    Odds(OddsError),
    /// There is no such account, or it was deleted.
    #[error("account {account_id} does not exist")]
    UnknownAccount {
        /// The account.
        account_id: AccountId,
    },
    /// The batch is full.
    #[error("{detail}")]
    BatchFull {
        /// How full.
        detail: String,
    },
    /// The bet's id is recorded with other terms.
    #[error("recorded before with other terms: {differences}")]
    ConflictingDuplicate {
        /// What differs, each with both values.
        differences: String,
    },
}

impl BetRejection {
    /// The rule as a stable word.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BetTypeEmpty => "bet_type_empty",
            Self::Amount(_) => "amount_invalid",
            Self::StakeNotPositive { .. } => "stake_not_positive",
            Self::Selection(_) => "selection_invalid",
            Self::Odds(_) => "odds_invalid",
            Self::UnknownAccount { .. } => "unknown_account",
            Self::BatchFull { .. } => "batch_full",
            Self::ConflictingDuplicate { .. } => "conflicting_duplicate",
        }
    }

    /// The field that is at fault.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::BetTypeEmpty => "bet_type",
            Self::Amount(_) | Self::StakeNotPositive { .. } => "amount",
            Self::Selection(_) => "selection",
            Self::Odds(_) => "odds",
            Self::UnknownAccount { .. } => "account_id",
            Self::BatchFull { .. } => "batch",
            Self::ConflictingDuplicate { .. } => "id",
        }
    }
}
