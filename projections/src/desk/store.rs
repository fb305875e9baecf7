//! How changes of the desk are written.

use betstream_events::{
    envelope::{Position, Version},
    ids::{AccountId, BatchId},
};

use super::{
    changes::{AccountVersion, BatchBegun, BatchChange, BetRow, DeskChanges, NewBatch},
    view::{Account, BatchState},
};
use crate::views::{Statement, Value};

/// Departures first, then accounts, batches and bets; each row once.
pub(super) fn statements(changes: DeskChanges, generation: i64) -> Vec<Statement> {
    let DeskChanges {
        accounts,
        closed,
        created,
        changed,
        bets,
        account_versions,
        begun,
        ended,
    } = changes;
    let mut statements = Vec::with_capacity(
        closed.len() * 3 + accounts.len() + created.len() + changed.len() + bets.len(),
    );
    statements.extend(
        closed
            .into_iter()
            .flat_map(|account_id| close_account(generation, account_id)),
    );
    statements.extend(
        accounts
            .into_values()
            .map(|account| put_account(generation, account)),
    );
    statements.extend(
        created
            .into_iter()
            .map(|(batch_id, batch)| put_batch(generation, batch_id, batch)),
    );
    statements.extend(
        changed
            .into_iter()
            .map(|(batch_id, change)| change_batch(generation, batch_id, change)),
    );
    statements.extend(
        bets.into_iter()
            .map(|((batch_id, ..), row)| put_bet(generation, batch_id, row)),
    );
    statements.extend(
        account_versions
            .into_iter()
            .map(|(key, version)| put_account_version(generation, key, version)),
    );
    statements.extend(
        begun
            .into_iter()
            .map(|(batch_id, begun)| begin_batch(generation, batch_id, &begun)),
    );
    statements.extend(
        ended
            .into_iter()
            .map(|(batch_id, position)| end_batch(generation, batch_id, position)),
    );
    statements
}

fn close_account(generation: i64, account_id: AccountId) -> [Statement; 3] {
    // Bets go first: which ones they are is known from the batches.
    [
        include_str!("sql/delete_bets_of_account.sql"),
        include_str!("sql/delete_batches_of_account.sql"),
        include_str!("sql/delete_account.sql"),
    ]
    .map(|sql| Statement::new(sql, vec![generation.into(), account_id.get().into()]))
}

fn put_account(generation: i64, account: Account) -> Statement {
    let params = vec![
        generation.into(),
        account.id.get().into(),
        account.name.into(),
        account.hostname.into(),
        account.created_at.micros().into(),
        account.updated_at.micros().into(),
        account.version.0.into(),
    ];
    Statement::new(include_str!("sql/put_account.sql"), params)
}

fn put_batch(generation: i64, batch_id: BatchId, batch: NewBatch) -> Statement {
    let state = batch.change.state.unwrap_or(BatchState::Created);
    let params = vec![
        generation.into(),
        batch_id.get().into(),
        batch.account_id.get().into(),
        batch.name.into(),
        batch.meta.into(),
        state.word().into(),
        state.is_completed().into(),
        batch.created_at.micros().into(),
        batch.change.updated_at.micros().into(),
        batch.change.version.0.into(),
    ];
    Statement::new(include_str!("sql/put_batch.sql"), params)
}

fn change_batch(generation: i64, batch_id: BatchId, change: BatchChange) -> Statement {
    let params = vec![
        change.state.map(BatchState::word).into(),
        change.state.map(BatchState::is_completed).into(),
        change.updated_at.micros().into(),
        change.version.0.into(),
        generation.into(),
        batch_id.get().into(),
    ];
    Statement::new(include_str!("sql/change_batch.sql"), params)
}

fn put_bet(generation: i64, batch_id: BatchId, row: BetRow) -> Statement {
    let BetRow { bet, version, .. } = row;
    let origin = bet.origin.as_deref();
    let params: Vec<Value> = vec![
        generation.into(),
        batch_id.get().into(),
        bet.number.into(),
        bet.pid.get().into(),
        bet.selection
            .as_ref()
            .map(|selection| selection.written())
            .into(),
        bet.stake.minor().into(),
        bet.cost.minor().into(),
        bet.status.word().into(),
        version.0.into(),
        origin.map(|origin| origin.bet_id.to_string()).into(),
        origin.map(|origin| origin.game_id.as_str()).into(),
        origin.map(|origin| origin.bet_type.as_str()).into(),
        origin
            .and_then(|origin| origin.odds)
            .map(|odds| odds.thousandths())
            .into(),
    ];
    Statement::new(include_str!("sql/put_bet.sql"), params)
}

fn put_account_version(
    generation: i64,
    (account_id, version): (AccountId, Version),
    AccountVersion { account, position }: AccountVersion,
) -> Statement {
    let account = account.as_ref();
    let params = vec![
        generation.into(),
        account_id.get().into(),
        version.0.into(),
        position.0.into(),
        account.map(|account| account.name.as_str()).into(),
        account.map(|account| account.hostname.as_str()).into(),
        account.map(|account| account.created_at.micros()).into(),
        account.map(|account| account.updated_at.micros()).into(),
    ];
    Statement::new(include_str!("sql/put_account_version.sql"), params)
}

fn begin_batch(generation: i64, batch_id: BatchId, begun: &BatchBegun) -> Statement {
    let params = vec![
        generation.into(),
        batch_id.get().into(),
        begun.account_id.get().into(),
        begun.created_at.micros().into(),
        begun.position.0.into(),
    ];
    Statement::new(include_str!("sql/begin_batch.sql"), params)
}

fn end_batch(generation: i64, batch_id: BatchId, position: Position) -> Statement {
    let params = vec![position.0.into(), generation.into(), batch_id.get().into()];
    Statement::new(include_str!("sql/end_batch.sql"), params)
}
