//! A reset: the one way to empty the log.

use rusqlite::{Connection, TransactionBehavior};

use super::{
    error::{commit, from_sqlite},
    prepare::keep_identity,
    sql,
    writer::Writer,
};
use crate::{
    chain::GENESIS,
    envelope::Position,
    store::{Head, LogIdentity, StoreError},
};

impl Writer {
    /// Empties everything but the ids and raises the epoch, in one transaction.
    pub(super) fn reset(&mut self) -> Result<LogIdentity, StoreError> {
        let old = self.head.read().identity;
        let identity = LogIdentity {
            epoch: old.epoch + 1,
            ..old
        };
        let begin = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = begin.map_err(|error| from_sqlite(&error))?;
        without_guards(&transaction, |transaction| {
            transaction.execute_batch(sql::EMPTY_LOG)?;
            keep_identity(transaction, identity)
        })
        .map_err(|error| from_sqlite(&error))?;
        commit(transaction)?;
        self.memory.clear();
        *self.head.write() = Head {
            identity,
            position: Position::START,
            block_hash: GENESIS,
        };
        Ok(identity)
    }
}

/// Runs `work` without the triggers that keep the log as it is, and puts these back as they were.
/// Inside a transaction, so that nobody ever sees the log without them.
pub(super) fn without_guards(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let list = || -> rusqlite::Result<Vec<(String, String)>> {
        connection
            .prepare(sql::LIST_GUARDS)?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect()
    };
    let guards = list()?;
    for (name, _) in &guards {
        connection.execute_batch(&format!("DROP TRIGGER {name}"))?;
    }
    work(connection)?;
    guards
        .iter()
        .try_for_each(|(_, definition)| connection.execute_batch(definition))
}
