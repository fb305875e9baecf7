//! Appending: look up, let the plan decide, write, commit.

use std::{sync::Arc, time::Instant};

use async_trait::async_trait;
use rusqlite::{Connection, TransactionBehavior, params};

use super::{
    SqliteStore,
    error::{commit, from_sqlite, refused},
    memory::Memory,
    rows::{self, ANSWERS_KEPT_MICROS},
    sql,
    writer::Writer,
};
use crate::{
    chain::Block,
    clock::Timestamp,
    envelope::{EventRow, Position},
    fault::{self, Point},
    store::{
        AppendEvents, AppendRequest, ChunkOutcome, Head, IdempotencyKey, NewDeadLetter,
        OutcomeCounts, StoreError,
        plan::{Found, Plan, Wanted, plan},
    },
    tail::CommittedChunk,
};

/// Forgotten answers that one commit removes at most, and only where it keeps a new one: more than
/// it adds, so that they become fewer, and few enough not to be felt.
const ANSWERS_PURGED: i64 = 100;

#[async_trait]
impl AppendEvents for SqliteStore {
    async fn append(&self, chunk: Vec<AppendRequest>) -> Result<ChunkOutcome, StoreError> {
        self.mode
            .writer
            .run(move |writer| writer.append(chunk))
            .await
    }

    async fn keep_dead_letters(&self, letters: Vec<NewDeadLetter>) -> Result<(), StoreError> {
        self.mode
            .writer
            .run(move |writer| writer.keep_dead_letters(&letters))
            .await
    }
}

impl Writer {
    fn append(&mut self, chunk: Vec<AppendRequest>) -> Result<ChunkOutcome, StoreError> {
        let appended = self.try_append(chunk);
        if appended.is_err() {
            self.recover();
        }
        appended
    }

    fn try_append(&mut self, chunk: Vec<AppendRequest>) -> Result<ChunkOutcome, StoreError> {
        let (started, now, head) = (Instant::now(), self.now(), *self.head.read());
        let begin = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = begin.map_err(|error| from_sqlite(&error))?;
        let found = look_up(
            &transaction,
            &mut self.memory,
            &Wanted::of(&chunk),
            head,
            now,
        )?;
        let plan = plan(chunk, found);
        if plan.is_empty() {
            return Ok(ChunkOutcome {
                outcomes: plan.outcomes,
                committed: None,
                lock_held: started.elapsed(),
            });
        }
        write(&transaction, &plan, now).map_err(|error| refused(&error, head.position.next()))?;
        commit(transaction)?;
        self.memory.committed(&plan);
        if let Some(block) = &plan.block {
            *self.head.write() = Head {
                position: block.last,
                block_hash: block.hash,
                ..head
            };
            self.last_recorded_at = now;
        }
        let Plan {
            events, outcomes, ..
        } = plan;
        let committed = (!events.is_empty()).then(|| Arc::new(CommittedChunk { events }));
        Ok(ChunkOutcome {
            outcomes,
            committed,
            lock_held: started.elapsed(),
        })
    }

    fn keep_dead_letters(&mut self, letters: &[NewDeadLetter]) -> Result<(), StoreError> {
        let begin = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = begin.map_err(|error| from_sqlite(&error))?;
        let keep = || {
            let mut statement = transaction.prepare_cached(sql::KEEP_DEAD_LETTER)?;
            let mut dead_letters = 0;
            for letter in letters {
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
                dead_letters += statement.execute(params![
                    stream, sequence, subject, bytes, reason, detail, at
                ])?;
            }
            add_counts(
                &transaction,
                OutcomeCounts {
                    dead_letters: rows::limit(dead_letters),
                    ..OutcomeCounts::default()
                },
            )
        };
        keep().map_err(|error| from_sqlite(&error))?;
        commit(transaction)
    }
}

fn look_up(
    connection: &Connection,
    memory: &mut Memory,
    wanted: &Wanted,
    head: Head,
    now: Timestamp,
) -> Result<Found, StoreError> {
    let mut found = Found {
        head: head.position,
        block_hash: head.block_hash,
        recorded_at: now,
        answers: Default::default(),
        events: Default::default(),
        versions: Default::default(),
        claims: Default::default(),
    };
    for (scope, key) in &wanted.keys {
        if let Some(answer) = rows::find_answer(connection, scope, key, now)? {
            found.answers.insert((scope.clone(), key.clone()), answer);
        }
    }
    let mut find_event = connection
        .prepare_cached(sql::FIND_EVENT)
        .map_err(|error| from_sqlite(&error))?;
    for id in &wanted.event_ids {
        if let Some(event) = rows::event_by_id(&mut find_event, *id)? {
            found.events.insert(*id, event);
        }
    }
    for stream in &wanted.streams {
        found
            .versions
            .insert(stream.clone(), memory.version(connection, stream)?);
    }
    for claim in &wanted.claims {
        if let Some(holder) = memory.holder(connection, claim)? {
            found.claims.insert(claim.clone(), holder);
        }
    }
    Ok(found)
}

fn write(connection: &Connection, plan: &Plan, now: Timestamp) -> rusqlite::Result<()> {
    insert_events(connection, &plan.rows)?;
    fault::pass(Point::InsideAppend);
    if let Some(block) = &plan.block {
        insert_block(connection, block)?;
    }
    for (claim, holder) in &plan.claims {
        let claim = claim.to_string();
        match holder {
            Some(stream) => take_claim(connection, &claim, &stream.to_string())?,
            None => {
                connection
                    .prepare_cached(sql::RELEASE_CLAIM)?
                    .execute([claim])?;
            }
        };
    }
    keep_answers(connection, plan, now)?;
    if plan.counts == OutcomeCounts::default() {
        Ok(())
    } else {
        add_counts(connection, plan.counts)
    }
}

pub(super) fn insert_events(connection: &Connection, rows: &[EventRow]) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached(sql::INSERT_EVENT)?;
    for row in rows {
        insert.execute(params![
            row.position.0,
            row.stream,
            row.version.0,
            row.event_id.uuid().as_bytes(),
            &*row.event_type,
            row.schema_version,
            row.data,
            &*row.metadata,
            row.occurred_at.micros(),
            row.recorded_at.micros(),
        ])?;
    }
    Ok(())
}

pub(super) fn insert_block(connection: &Connection, block: &Block) -> rusqlite::Result<()> {
    let parts = params![
        block.first.0,
        block.last.0,
        block.root,
        block.digests,
        block.previous,
        block.hash
    ];
    connection
        .prepare_cached(sql::INSERT_BLOCK)?
        .execute(parts)?;
    Ok(())
}

pub(super) fn take_claim(
    connection: &Connection,
    claim: &str,
    holder: &str,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(sql::TAKE_CLAIM)?
        .execute([claim, holder])?;
    Ok(())
}

fn keep_answers(connection: &Connection, plan: &Plan, now: Timestamp) -> rusqlite::Result<()> {
    if plan.answers.is_empty() {
        return Ok(());
    }
    let oldest = now.micros() - ANSWERS_KEPT_MICROS;
    connection
        .prepare_cached(sql::PURGE_ANSWERS)?
        .execute([oldest, ANSWERS_PURGED])?;
    plan.answers
        .iter()
        .try_for_each(|(key, position)| keep_answer(connection, key, *position, now))
}

pub(super) fn keep_answer(
    connection: &Connection,
    key: &IdempotencyKey,
    position: Position,
    kept_at: Timestamp,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(sql::KEEP_ANSWER)?
        .execute(params![
            key.scope,
            key.key,
            key.fingerprint,
            &*key.answer,
            position.0,
            kept_at.micros()
        ])?;
    Ok(())
}

pub(super) fn add_counts(connection: &Connection, counts: OutcomeCounts) -> rusqlite::Result<()> {
    let OutcomeCounts {
        recorded,
        already_recorded,
        refused,
        dead_letters,
    } = counts;
    connection.prepare_cached(sql::ADD_COUNTS)?.execute([
        recorded,
        already_recorded,
        refused,
        dead_letters,
    ])?;
    Ok(())
}
