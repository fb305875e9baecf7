//! Claims: the rules that cross streams. A claim is a name that at most one stream holds; the
//! store checks it under the log's lock. Which claims are held follows from the events alone, so
//! they can be rebuilt from the log and compared with it.

use std::fmt;

use crate::{
    account::AccountEvent,
    batch::BatchEvent,
    event::Event,
    ids::{AccountId, BatchId},
};

/// Something that at most one stream can hold at a time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Claim {
    /// `account-open/7`: the account exists and is not deleted.
    AccountOpen(AccountId),
    /// `account-name/alpha`: the name is in use.
    AccountName(String),
    /// `batch-open/42`: the batch can be changed.
    BatchOpen(BatchId),
    /// `batch-name/7/Race 4`: the open batch that stream bets of this name join.
    BatchName(AccountId, String),
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AccountOpen(id) => write!(f, "account-open/{id}"),
            Self::AccountName(name) => write!(f, "account-name/{name}"),
            Self::BatchOpen(id) => write!(f, "batch-open/{id}"),
            Self::BatchName(account, name) => write!(f, "batch-name/{account}/{name}"),
        }
    }
}

/// What an event does to a claim, for the stream that the event is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimChange {
    /// Held by this stream from now on; refused while another holds it.
    Take(Claim),
    /// Free from now on.
    Release(Claim),
}

/// What `event` takes and releases, releases first.
pub fn changes(event: &Event) -> Vec<ClaimChange> {
    use ClaimChange::{Release, Take};
    match event {
        Event::Account(AccountEvent::Opened(details)) => {
            vec![
                Take(Claim::AccountOpen(details.account_id)),
                Take(Claim::AccountName(details.name.clone())),
            ]
        }
        Event::Account(AccountEvent::Changed {
            details,
            previous_name,
            ..
        }) if details.name != *previous_name => {
            vec![
                Release(Claim::AccountName(previous_name.clone())),
                Take(Claim::AccountName(details.name.clone())),
            ]
        }
        Event::Account(AccountEvent::Changed { .. }) => Vec::new(),
        Event::Account(AccountEvent::Closed { account_id, name }) => {
            vec![
                Release(Claim::AccountOpen(*account_id)),
                Release(Claim::AccountName(name.clone())),
            ]
        }
        Event::Batch(BatchEvent::Created { header, .. }) => {
            let owner = header.owner;
            let named = header
                .name
                .clone()
                .map(|name| Take(Claim::BatchName(owner.account_id, name)));
            std::iter::once(Take(Claim::BatchOpen(owner.batch_id)))
                .chain(named)
                .collect()
        }
        Event::Batch(
            BatchEvent::Submitted { owner, name } | BatchEvent::Withdrawn { owner, name, .. },
        ) => {
            let named = name
                .clone()
                .map(|name| Release(Claim::BatchName(owner.account_id, name)));
            std::iter::once(Release(Claim::BatchOpen(owner.batch_id)))
                .chain(named)
                .collect()
        }
        Event::Batch(
            BatchEvent::BetsAdded { .. }
            | BatchEvent::BetStatusChanged { .. }
            | BatchEvent::BetsStatusChanged { .. }
            | BatchEvent::Completed { .. },
        )
        | Event::Market(_)
        | Event::DeadLetter(_)
        | Event::Projection(_) => Vec::new(),
    }
}
