//! Rows and what they mean.

use rusqlite::{Connection, OptionalExtension, Params, Row, Statement, params, types::Type};

use super::{error::from_sqlite, sql};
use crate::{
    chain::{Block, Link},
    clock::Timestamp,
    dead_letter::UnknownLetterState,
    envelope::{EventRow, Position, RecordedEvent, Version},
    ids::{DeadLetterId, EventId},
    store::{
        DeadLetter, IdempotentAnswer, ListedLetter, NewDeadLetter, RowRef, RowVisitor, Snapshot,
        StoreError,
    },
};

/// How long an answer is kept under its idempotency key: 48 hours, in microseconds.
pub(super) const ANSWERS_KEPT_MICROS: i64 = 48 * 60 * 60 * 1_000_000;

/// The row that `sql` finds, if there is one.
pub(super) fn find<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Option<T>, StoreError> {
    let mut statement = connection
        .prepare_cached(sql)
        .map_err(|error| from_sqlite(&error))?;
    statement
        .query_row(params, read)
        .optional()
        .map_err(|error| from_sqlite(&error))
}

/// All rows that `sql` finds.
pub(super) fn list<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = connection
        .prepare_cached(sql)
        .map_err(|error| from_sqlite(&error))?;
    let rows = statement
        .query_map(params, read)
        .map_err(|error| from_sqlite(&error))?;
    rows.collect::<rusqlite::Result<_>>()
        .map_err(|error| from_sqlite(&error))
}

/// Hands all rows that `sql` finds to `visit`, until it breaks.
pub(super) fn visit(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    visit: &mut RowVisitor<'_>,
) -> Result<(), StoreError> {
    let walk = || {
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next()? {
            if visit(&borrow(row)?).is_break() {
                break;
            }
        }
        Ok(())
    };
    walk().map_err(|error: rusqlite::Error| from_sqlite(&error))
}

/// All events that `sql` finds, read back.
pub(super) fn events(
    connection: &Connection,
    sql: &str,
    params: impl Params,
) -> Result<Vec<RecordedEvent>, StoreError> {
    let mut statement = connection
        .prepare_cached(sql)
        .map_err(|error| from_sqlite(&error))?;
    let mut rows = statement
        .query(params)
        .map_err(|error| from_sqlite(&error))?;
    let mut events = Vec::new();
    while let Some(row) = rows.next().map_err(|error| from_sqlite(&error))? {
        let row = borrow(row).map_err(|error| from_sqlite(&error))?;
        events.push(row.decode()?);
    }
    Ok(events)
}

/// A `limit` as SQLite wants it.
pub(super) fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

pub(super) fn event(row: &Row<'_>) -> rusqlite::Result<EventRow> {
    borrow(row).map(|row| row.to_row())
}

fn borrow<'a>(row: &'a Row<'_>) -> rusqlite::Result<RowRef<'a>> {
    let text = |column: usize| Ok::<_, rusqlite::Error>(row.get_ref(column)?.as_str()?);
    Ok(RowRef {
        position: Position(row.get(0)?),
        stream: text(1)?,
        version: Version(row.get(2)?),
        event_id: event_id(row.get(3)?),
        event_type: text(4)?,
        schema_version: row.get(5)?,
        data: text(6)?,
        metadata: text(7)?,
        occurred_at: Timestamp::from_micros(row.get(8)?),
        recorded_at: Timestamp::from_micros(row.get(9)?),
    })
}

fn event_id(bytes: [u8; 16]) -> EventId {
    EventId::new(uuid::Uuid::from_bytes(bytes))
}

/// The event of this id, under a prepared [`sql::FIND_EVENT`].
pub(super) fn event_by_id(
    statement: &mut Statement<'_>,
    id: EventId,
) -> Result<Option<RecordedEvent>, StoreError> {
    let row = statement
        .query_row([id.uuid().as_bytes()], event)
        .optional()
        .map_err(|error| from_sqlite(&error))?;
    Ok(row.map(EventRow::decode).transpose()?)
}

pub(super) fn block(row: &Row<'_>) -> rusqlite::Result<Block> {
    Ok(Block {
        first: Position(row.get(0)?),
        last: Position(row.get(1)?),
        root: row.get(2)?,
        digests: row.get(3)?,
        previous: row.get(4)?,
        hash: row.get(5)?,
    })
}

pub(super) fn link(row: &Row<'_>) -> rusqlite::Result<Link> {
    Ok(Link {
        first: Position(row.get(0)?),
        last: Position(row.get(1)?),
        previous: row.get(2)?,
        hash: row.get(3)?,
    })
}

pub(super) fn snapshot(row: &Row<'_>) -> rusqlite::Result<Snapshot> {
    Ok(Snapshot {
        version: Version(row.get(0)?),
        state: row.get(1)?,
    })
}

/// The answer under a key, unless it is forgotten at `now`.
pub(super) fn find_answer(
    connection: &Connection,
    scope: &str,
    key: &str,
    now: Timestamp,
) -> Result<Option<IdempotentAnswer>, StoreError> {
    let oldest = now.micros() - ANSWERS_KEPT_MICROS;
    find(
        connection,
        sql::FIND_ANSWER,
        params![scope, key, oldest],
        |row| {
            Ok(IdempotentAnswer {
                fingerprint: row.get(0)?,
                answer: row.get(1)?,
                position: Position(row.get(2)?),
            })
        },
    )
}

pub(super) fn dead_letter(row: &Row<'_>) -> rusqlite::Result<DeadLetter> {
    let sequence: i64 = row.get(2)?;
    let letter = NewDeadLetter {
        stream: row.get(1)?,
        sequence: sequence.cast_unsigned(),
        subject: row.get(3)?,
        bytes: row.get(4)?,
        reason: row.get(5)?,
        detail: row.get(6)?,
        received_at: Timestamp::from_micros(row.get(7)?),
    };
    Ok(DeadLetter {
        id: DeadLetterId::new(row.get(0)?),
        letter,
    })
}

pub(super) fn listed_letter(row: &Row<'_>) -> rusqlite::Result<ListedLetter> {
    let DeadLetter { id, letter } = dead_letter(row)?;
    let state = row.get_ref(9)?.as_str()?.parse();
    Ok(ListedLetter {
        id,
        letter,
        kept_bytes: row.get::<_, u32>(8)? as usize,
        state: state.map_err(|error: UnknownLetterState| {
            rusqlite::Error::FromSqlConversionFailure(9, Type::Text, error.into())
        })?,
    })
}
