//! Filling an empty file with the events of another log.

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use parking_lot::Mutex;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use uuid::Uuid;

use super::{
    append::{add_counts, insert_block, insert_events, keep_answer, take_claim},
    connect,
    error::{commit, from_sqlite},
    lock::FileLock,
    prepare,
    reset::without_guards,
    rows, sql,
    writer::find_end,
};
use crate::{
    envelope::Position,
    fault::{self, Point},
    store::{
        DeadLetter, Head, KeptAnswer, LogIdentity, NewDeadLetter, StoreError,
        fill::{FillEnd, FillError, FillLog, FillSource, SealedRows},
    },
};

/// A file that is filled by this process alone.
pub struct SqliteFill {
    connection: Arc<Mutex<Connection>>,
    // Dropped last.
    _lock: FileLock,
}

impl SqliteFill {
    /// Opens the file `path`, made if there is none, to be filled.
    ///
    /// # Errors
    /// As [`super::SqliteStore::open`], currencies apart.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        connect::make_folder(path)?;
        let lock = FileLock::take(path)?;
        let mut connection = connect::writer(path)?;
        prepare::migrate(&mut connection, path)?;
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
            _lock: lock,
        })
    }

    /// Runs `work` in one transaction, on a thread that may block.
    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, FillError> + Send + 'static,
    ) -> Result<T, FillError> {
        let connection = Arc::clone(&self.connection);
        let writing = tokio::task::spawn_blocking(move || {
            let mut connection = connection.lock();
            let begin = connection.transaction_with_behavior(TransactionBehavior::Immediate);
            let transaction = begin.map_err(|error| from_sqlite(&error))?;
            let done = work(&transaction)?;
            commit(transaction)?;
            Ok(done)
        });
        writing
            .await
            .map_err(|error| StoreError::unavailable(&error))?
    }
}

#[async_trait]
impl FillLog for SqliteFill {
    async fn begin(&self, source: &FillSource) -> Result<Position, FillError> {
        let source = source.clone();
        self.write(move |transaction| {
            match find_filling(transaction)? {
                Some(earlier) if earlier == source => return Ok(end(transaction)?.0),
                Some(_) => empty(transaction)?,
                None => refuse_unless_empty(transaction)?,
            }
            mark(transaction, &source).map_err(|error| from_sqlite(&error))?;
            Ok(Position::START)
        })
        .await
    }

    async fn fill(&self, blocks: Vec<SealedRows>) -> Result<(), FillError> {
        self.write(move |transaction| {
            let Some(due) = blocks.first() else {
                return Ok(());
            };
            let expected = Position(due.block.first.0 - 1);
            let filling = find_filling(transaction)?;
            if filling.is_none() || end(transaction)? != (expected, due.block.previous) {
                return Err(FillError::Moved { expected });
            }
            let write = || {
                for SealedRows { block, rows } in &blocks {
                    insert_events(transaction, rows)?;
                    insert_block(transaction, block)?;
                }
                fault::pass(Point::InsideFilling);
                Ok(())
            };
            write().map_err(|error| FillError::from(from_sqlite(&error)))
        })
        .await
    }

    async fn keep(
        &self,
        letters: Vec<DeadLetter>,
        answers: Vec<KeptAnswer>,
    ) -> Result<(), FillError> {
        self.write(move |transaction| {
            let keep = || {
                keep_letters(transaction, &letters)?;
                answers.iter().try_for_each(|answer| {
                    let KeptAnswer {
                        key,
                        position,
                        kept_at,
                    } = answer;
                    keep_answer(transaction, key, *position, *kept_at)
                })
            };
            keep().map_err(|error| FillError::from(from_sqlite(&error)))
        })
        .await
    }

    async fn finish(&self, end_of: FillEnd) -> Result<LogIdentity, FillError> {
        self.write(move |transaction| {
            let reached = end(transaction)?.0;
            let Some(FillSource { head, .. }) = find_filling(transaction)? else {
                return Err(FillError::Moved { expected: reached });
            };
            if reached != head.position {
                return Err(FillError::Incomplete {
                    reached,
                    head: head.position,
                });
            }
            let own = prepare::find_identity(transaction)?;
            let identity = head.identity.succeeding(own);
            let write = || {
                for (claim, holder) in &end_of.claims {
                    take_claim(transaction, claim, holder)?;
                }
                for (kind, used) in &end_of.used_ids {
                    transaction
                        .prepare_cached(sql::ADVANCE_IDS)?
                        .execute(params![kind.name(), used.saturating_add(1)])?;
                }
                add_counts(transaction, end_of.counts)?;
                adopt(transaction, identity)?;
                transaction.execute_batch(sql::END_FILLING)
            };
            write().map_err(|error| from_sqlite(&error))?;
            fault::pass(Point::BeforeFillingEnds);
            Ok(identity)
        })
        .await
    }

    async fn abandon(&self) -> Result<bool, StoreError> {
        let abandoning = self.write(|transaction| {
            let is_filling = find_filling(transaction)?.is_some();
            if is_filling {
                empty(transaction)?;
            }
            Ok(is_filling)
        });
        abandoning.await.map_err(|error| match error {
            FillError::Store(error) => error,
            other => StoreError::unavailable(&other),
        })
    }
}

/// From what the log is being filled, if it is.
pub(super) fn find_filling(connection: &Connection) -> Result<Option<FillSource>, StoreError> {
    let found = rows::find(connection, sql::FIND_FILLING, [], |row| {
        let code: String = row.get(3)?;
        Ok((
            row.get::<_, String>(0)?,
            Uuid::from_bytes(row.get(1)?),
            row.get(2)?,
            code,
            Position(row.get(4)?),
            row.get(5)?,
        ))
    })?;
    let Some((verb, log, epoch, code, position, block_hash)) = found else {
        return Ok(None);
    };
    let currency = prepare::read_currency(&code)?;
    let identity = LogIdentity {
        log,
        epoch,
        currency,
    };
    let head = Head {
        identity,
        position,
        block_hash,
    };
    Ok(Some(FillSource { verb, head }))
}

fn end(transaction: &Connection) -> Result<(Position, crate::chain::Hash), StoreError> {
    let (position, block_hash, _) = find_end(transaction)?;
    Ok((position, block_hash))
}

fn refuse_unless_empty(transaction: &Connection) -> Result<(), FillError> {
    let found = rows::find(transaction, sql::COUNT_KEPT, [], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    match found {
        None | Some((0, 0)) => empty(transaction).map_err(FillError::from),
        Some((events, letters)) => Err(FillError::NotEmpty { events, letters }),
    }
}

/// Takes away what an earlier filling left, and what a log without events may have.
fn empty(transaction: &Connection) -> Result<(), StoreError> {
    without_guards(transaction, |transaction| {
        transaction.execute_batch(sql::EMPTY_LOG)?;
        transaction.execute_batch(sql::END_FILLING)
    })
    .map_err(|error| from_sqlite(&error))
}

fn mark(transaction: &Connection, source: &FillSource) -> rusqlite::Result<()> {
    let Head {
        identity,
        position,
        block_hash,
    } = source.head;
    transaction
        .prepare_cached(sql::BEGIN_FILLING)?
        .execute(params![
            source.verb,
            identity.log.as_bytes(),
            identity.epoch,
            identity.currency.code(),
            position.0,
            block_hash,
        ])?;
    Ok(())
}

fn adopt(transaction: &Connection, identity: LogIdentity) -> rusqlite::Result<()> {
    let LogIdentity {
        log,
        epoch,
        currency,
    } = identity;
    transaction
        .prepare_cached(sql::ADOPT_IDENTITY)?
        .execute(params![log.as_bytes(), epoch, currency.code()])?;
    Ok(())
}

fn keep_letters(transaction: &Connection, letters: &[DeadLetter]) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare_cached(sql::RESTORE_DEAD_LETTER)?;
    for DeadLetter { id, letter } in letters {
        let NewDeadLetter {
            stream,
            sequence,
            subject,
            bytes,
            reason,
            detail,
            received_at,
        } = letter;
        let (sequence, at) = (sequence.cast_signed(), received_at.micros());
        statement.execute(params![
            id.get(),
            stream,
            sequence,
            subject,
            bytes,
            reason,
            detail,
            at
        ])?;
    }
    Ok(())
}
