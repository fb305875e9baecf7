//! Why a batch refuses a command, in the order in which it is checked.

use betstream_events::{
    envelope::{Position, Version},
    ids::{AccountId, BatchId, BetPid},
    money::Money,
    selection::SelectionError,
};

use super::Closing;
use crate::answer::Answer;

/// A rule of batches said no.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BatchRejection {
    /// The account does not have such a batch.
    #[error("account {account_id} has no batch {batch_id}")]
    Unknown {
        /// The account that was named.
        account_id: AccountId,
        /// The batch.
        batch_id: BatchId,
    },
    /// The batch exists already.
    #[error("batch {batch_id} exists already")]
    Exists {
        /// The batch.
        batch_id: BatchId,
    },
    /// The batch has no such bet.
    #[error("batch {batch_id} has no bet {pid}")]
    UnknownBet {
        /// The batch.
        batch_id: BatchId,
        /// The bet.
        pid: BetPid,
    },
    /// Nothing changes a batch that was submitted, completed or withdrawn.
    #[error("batch {batch_id} is {closing}")]
    NotOpen {
        /// The batch.
        batch_id: BatchId,
        /// How it ended.
        closing: Closing,
    },
    /// It changed since the sender saw it.
    #[error("it is at version {actual}, not {seen}")]
    Stale {
        /// The version that the sender saw.
        seen: Version,
        /// The version at which it last changed.
        actual: Version,
        /// How it is now.
        current: Box<Answer>,
    },
    /// More bets than one batch takes.
    #[error("a batch takes at most {most} bets, not {bets}")]
    TooManyBets {
        /// How many it would have.
        bets: usize,
        /// How many it takes.
        most: usize,
    },
    /// A new bet breaks a rule.
    #[error("bet {index}: {fault}")]
    BadBet {
        /// Its place in the request, from 0.
        index: usize,
        /// The rule.
        fault: BetFault,
    },
    /// There is no such account, or it was deleted.
    #[error("account {account_id} does not exist")]
    UnknownAccount {
        /// The account.
        account_id: AccountId,
    },
    /// Another open batch of the account has the name; stream bets join that one.
    #[error("the batch name is held by {held_by}")]
    NameHeld {
        /// The stream of the batch that has it.
        held_by: String,
    },
    /// A stream bet is in the log with the same terms.
    #[error("recorded before, at position {position}")]
    AlreadyRecorded {
        /// Where.
        position: Position,
    },
    /// A stream bet's id is in the log with other terms.
    #[error("recorded before with other terms: {differences}")]
    Conflicting {
        /// What differs, each with both values.
        differences: String,
    },
}

/// Which rule a new bet breaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BetFault {
    /// Nothing is staked.
    #[error("stake {stake} is not above zero")]
    StakeNotPositive {
        /// The stake.
        stake: Money,
    },
    /// The selection breaks its grammar.
    #[error("{0}")]
    Selection(#[from] SelectionError),
}
