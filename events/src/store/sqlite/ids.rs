//! Integer ids, reserved in blocks so that giving one out costs no commit.

use std::ops::Range;

use parking_lot::Mutex;
use rusqlite::{Connection, ErrorCode, TransactionBehavior, params};

use super::{
    error::{commit, from_sqlite},
    sql,
};
use crate::{ids::IdKind, store::StoreError};

/// The ids of each kind that are reserved and not given out yet.
#[derive(Debug, Default)]
pub(super) struct IdBlocks([Mutex<Range<i64>>; IdKind::ALL.len()]);

/// How many ids a reservation takes at least: one commit for so many. Accounts are rare and
/// people read their ids, so these have no gaps.
const fn block_size(kind: IdKind) -> usize {
    match kind {
        IdKind::Account => 1,
        IdKind::Batch => 16,
        IdKind::Bet => 256,
    }
}

impl IdBlocks {
    fn block(&self, kind: IdKind) -> &Mutex<Range<i64>> {
        match kind {
            IdKind::Account => &self.0[0],
            IdKind::Batch => &self.0[1],
            IdKind::Bet => &self.0[2],
        }
    }

    /// Gives `count` ids, when so many are reserved.
    pub(super) fn take(&self, kind: IdKind, count: usize) -> Option<Vec<i64>> {
        take(&mut self.block(kind).lock(), count)
    }

    /// Gives `count` ids, reserving more when needed. For the writer thread.
    pub(super) fn reserve(
        &self,
        connection: &mut Connection,
        kind: IdKind,
        count: usize,
    ) -> Result<Vec<i64>, StoreError> {
        let mut block = self.block(kind).lock();
        if let Some(ids) = take(&mut block, count) {
            return Ok(ids);
        }
        let reserved = reserve(connection, kind, count.max(block_size(kind)))?;
        *block = if block.end == reserved.start {
            block.start..reserved.end
        } else {
            reserved
        };
        take(&mut block, count).ok_or_else(|| used_up(kind))
    }

    /// Never gives out `used` or an id below it any more. For the writer thread.
    pub(super) fn advance(
        &self,
        connection: &mut Connection,
        kind: IdKind,
        used: i64,
    ) -> Result<(), StoreError> {
        let mut block = self.block(kind).lock();
        let next = used.saturating_add(1);
        change(connection, kind, |connection| {
            connection
                .prepare_cached(sql::ADVANCE_IDS)?
                .execute(params![kind.name(), next])
                .map(|_| ())
        })?;
        block.start = block.start.max(next).min(block.end);
        Ok(())
    }

    /// Gives back what is reserved and was not given out, where nothing was reserved after it.
    pub(super) fn give_back(&self, connection: &Connection) -> Result<(), StoreError> {
        for kind in IdKind::ALL {
            let mut block = self.block(kind).lock();
            if !block.is_empty() {
                let give_back = params![kind.name(), block.start, block.end];
                connection
                    .prepare_cached(sql::RETURN_IDS)
                    .and_then(|mut statement| statement.execute(give_back))
                    .map_err(|error| from_sqlite(&error))?;
                *block = 0..0;
            }
        }
        Ok(())
    }
}

fn take(block: &mut Range<i64>, count: usize) -> Option<Vec<i64>> {
    let end = block.start.checked_add(i64::try_from(count).ok()?)?;
    if end > block.end {
        return None;
    }
    let ids = (block.start..end).collect();
    block.start = end;
    Some(ids)
}

fn reserve(
    connection: &mut Connection,
    kind: IdKind,
    count: usize,
) -> Result<Range<i64>, StoreError> {
    let count = i64::try_from(count).map_err(|_| used_up(kind))?;
    let next: i64 = change(connection, kind, |connection| {
        connection
            .prepare_cached(sql::RESERVE_IDS)?
            .query_row(params![kind.name(), count], |row| row.get(0))
    })?;
    Ok(next - count..next)
}

/// Changes the counters in a transaction of its own, so that the answer of its commit is seen.
fn change<T>(
    connection: &mut Connection,
    kind: IdKind,
    work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> Result<T, StoreError> {
    let begin = connection.transaction_with_behavior(TransactionBehavior::Immediate);
    let transaction = begin.map_err(|error| from_sqlite(&error))?;
    let changed = work(&transaction).map_err(|error| match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => used_up(kind),
        _ => from_sqlite(&error),
    })?;
    commit(transaction)?;
    Ok(changed)
}

fn used_up(kind: IdKind) -> StoreError {
    StoreError::Unusable(format!("the {} ids below 2^53 are used up", kind.name()))
}
