//! What the events of one commit change on the desk; each row at most once.

use std::collections::BTreeMap;

use betstream_events::{
    batch,
    clock::Timestamp,
    envelope::{Position, Version},
    ids::{AccountId, BatchId, BetPid},
};

use super::view::{Account, BatchState};

/// What the events of one commit change on the desk.
#[derive(Debug, Default, PartialEq)]
pub struct DeskChanges {
    /// New and changed accounts.
    pub(super) accounts: BTreeMap<AccountId, Account>,
    /// Accounts that leave every list, with their batches and bets.
    pub(super) closed: Vec<AccountId>,
    /// New batches.
    pub(super) created: BTreeMap<BatchId, NewBatch>,
    /// Changes of batches that are stored already.
    pub(super) changed: BTreeMap<BatchId, BatchChange>,
    /// New and changed bets, by the key of their row.
    pub(super) bets: BTreeMap<(BatchId, i64, BetPid), BetRow>,
    /// What became of accounts, kept when they go: by these the desk is listed as it was.
    pub(super) account_versions: BTreeMap<(AccountId, Version), AccountVersion>,
    /// Batches that began, kept when their account goes.
    pub(super) begun: BTreeMap<BatchId, BatchBegun>,
    /// Where batches were completed or withdrawn.
    pub(super) ended: BTreeMap<BatchId, Position>,
}

/// An account from one version on.
#[derive(Debug, PartialEq)]
pub(super) struct AccountVersion {
    /// None once it is deleted.
    pub(super) account: Option<Account>,
    pub(super) position: Position,
}

/// Where a batch began.
#[derive(Debug, PartialEq)]
pub(super) struct BatchBegun {
    pub(super) account_id: AccountId,
    pub(super) created_at: Timestamp,
    pub(super) position: Position,
}

/// A batch that this commit creates.
#[derive(Debug, PartialEq)]
pub(super) struct NewBatch {
    pub(super) account_id: AccountId,
    pub(super) name: Option<String>,
    pub(super) meta: String,
    pub(super) created_at: Timestamp,
    pub(super) change: BatchChange,
}

/// How a batch is after this commit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct BatchChange {
    pub(super) account_id: AccountId,
    /// None keeps the state that it has.
    pub(super) state: Option<BatchState>,
    pub(super) updated_at: Timestamp,
    pub(super) version: Version,
}

/// A bet as it is after this commit.
#[derive(Debug, PartialEq)]
pub(super) struct BetRow {
    pub(super) account_id: AccountId,
    pub(super) bet: batch::Bet,
    pub(super) version: Version,
}

impl DeskChanges {
    pub(super) fn is_empty(&self) -> bool {
        let Self {
            accounts,
            closed,
            created,
            changed,
            bets,
            account_versions,
            begun,
            ended,
        } = self;
        accounts.is_empty()
            && closed.is_empty()
            && created.is_empty()
            && changed.is_empty()
            && bets.is_empty()
            && account_versions.is_empty()
            && begun.is_empty()
            && ended.is_empty()
    }

    /// Notes a later change of a batch, over what this commit knows of it already.
    pub(super) fn change_batch(&mut self, batch_id: BatchId, change: BatchChange) {
        let state = change.state;
        let known = match self.created.get_mut(&batch_id) {
            Some(created) => &mut created.change,
            None => self
                .changed
                .entry(batch_id)
                .or_insert_with(|| change.clone()),
        };
        let state = state.or(known.state);
        *known = BatchChange { state, ..change };
    }

    /// Forgets everything of an account: it leaves every list.
    pub(super) fn close(&mut self, account_id: AccountId) {
        self.accounts.remove(&account_id);
        self.created
            .retain(|_, batch| batch.account_id != account_id);
        self.changed
            .retain(|_, batch| batch.account_id != account_id);
        self.bets.retain(|_, bet| bet.account_id != account_id);
        self.closed.push(account_id);
    }
}
