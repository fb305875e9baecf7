//! How events change the desk.

use betstream_events::{
    account::AccountEvent,
    batch::{self, BatchEvent, BatchOwner},
    envelope::RecordedEvent,
    event::Event,
};

use super::{
    changes::{AccountVersion, BatchBegun, BatchChange, BetRow, DeskChanges, NewBatch},
    view::{Account, BatchState},
};

/// Adds what `recorded` changes.
pub(super) fn fold(changes: &mut DeskChanges, recorded: &RecordedEvent) {
    match &recorded.event {
        Event::Account(event) => fold_account(changes, recorded, event),
        Event::Batch(event) => fold_batch(changes, recorded, event),
        Event::Market(_) | Event::DeadLetter(_) | Event::Projection(_) => {}
    }
}

fn fold_account(changes: &mut DeskChanges, recorded: &RecordedEvent, event: &AccountEvent) {
    let (account_id, account) = match event {
        AccountEvent::Opened(details) | AccountEvent::Changed { details, .. } => {
            let account = Account::new(details, recorded.occurred_at, recorded.version);
            changes.accounts.insert(details.account_id, account.clone());
            (details.account_id, Some(account))
        }
        AccountEvent::Closed { account_id, .. } => {
            changes.close(*account_id);
            (*account_id, None)
        }
    };
    let version = AccountVersion {
        account,
        position: recorded.position,
    };
    changes
        .account_versions
        .insert((account_id, recorded.version), version);
}

fn fold_batch(changes: &mut DeskChanges, recorded: &RecordedEvent, event: &BatchEvent) {
    match event {
        BatchEvent::Created { header, bets } => {
            let state = if bets.is_empty() {
                BatchState::Created
            } else {
                BatchState::Active
            };
            let created = NewBatch {
                account_id: header.owner.account_id,
                name: header.name.clone(),
                meta: header.meta.as_str().to_owned(),
                created_at: header.created_at,
                change: change(recorded, &header.owner, Some(state)),
            };
            changes.created.insert(header.owner.batch_id, created);
            let begun = BatchBegun {
                account_id: header.owner.account_id,
                created_at: header.created_at,
                position: recorded.position,
            };
            changes.begun.insert(header.owner.batch_id, begun);
            put_bets(changes, recorded, &header.owner, bets);
        }
        BatchEvent::BetsAdded { owner, bets } => {
            // An empty addition leaves a batch without bets as it is.
            let state = (!bets.is_empty()).then_some(BatchState::Active);
            changes.change_batch(owner.batch_id, change(recorded, owner, state));
            put_bets(changes, recorded, owner, bets);
        }
        BatchEvent::BetStatusChanged { owner, bet, .. } => {
            changes.change_batch(owner.batch_id, change(recorded, owner, None));
            put_bets(changes, recorded, owner, std::slice::from_ref(bet));
        }
        BatchEvent::BetsStatusChanged { owner, bets } => {
            changes.change_batch(owner.batch_id, change(recorded, owner, None));
            put_bets(changes, recorded, owner, bets);
        }
        BatchEvent::Submitted { owner, .. } => end(changes, recorded, owner, BatchState::Submitted),
        BatchEvent::Completed { owner } => end(changes, recorded, owner, BatchState::Completed),
        BatchEvent::Withdrawn { owner, .. } => end(changes, recorded, owner, BatchState::Withdrawn),
    }
}

fn end(changes: &mut DeskChanges, recorded: &RecordedEvent, owner: &BatchOwner, state: BatchState) {
    changes.change_batch(owner.batch_id, change(recorded, owner, Some(state)));
    if state.is_completed() {
        changes.ended.insert(owner.batch_id, recorded.position);
    }
}

fn change(recorded: &RecordedEvent, owner: &BatchOwner, state: Option<BatchState>) -> BatchChange {
    BatchChange {
        account_id: owner.account_id,
        state,
        updated_at: recorded.occurred_at,
        version: recorded.version,
    }
}

fn put_bets(
    changes: &mut DeskChanges,
    recorded: &RecordedEvent,
    owner: &BatchOwner,
    bets: &[batch::Bet],
) {
    for bet in bets {
        let row = BetRow {
            account_id: owner.account_id,
            bet: bet.clone(),
            version: recorded.version,
        };
        changes
            .bets
            .insert((owner.batch_id, bet.number, bet.pid), row);
    }
}
