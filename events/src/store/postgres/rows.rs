//! Rows of the database as our types. Columns are read by their place in the statement.

use std::{error::Error, sync::Arc};

use postgres_types::{FromSql, IsNull, ToSql, Type, accepts, to_sql_checked};
use tokio_postgres::Row;

use crate::{
    chain::{Block, GENESIS, Hash, Link},
    clock::Timestamp,
    envelope::{EventRow, Position, StreamName, Version},
    event::EventType,
    ids::{DeadLetterId, EventId},
    money::Currency,
    store::{DeadLetter, IdempotentAnswer, NewDeadLetter, StoreError, fill::half_filled},
};

/// Microseconds between 1970-01-01 and 2000-01-01, where Postgres counts from.
const POSTGRES_EPOCH_MICROS: i64 = 946_684_800_000_000;

/// An instant as Postgres keeps it: microseconds since 2000.
pub(super) const fn postgres_micros(at: Timestamp) -> i64 {
    at.micros().saturating_sub(POSTGRES_EPOCH_MICROS)
}

/// The instant that Postgres keeps as `micros` since 2000.
pub(super) const fn from_postgres_micros(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros.saturating_add(POSTGRES_EPOCH_MICROS))
}

/// A `timestamptz`.
#[derive(Debug)]
pub(super) struct Instant(pub(super) Timestamp);

impl<'a> FromSql<'a> for Instant {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let micros = i64::from_be_bytes(raw.try_into()?);
        Ok(Self(from_postgres_micros(micros)))
    }

    accepts!(TIMESTAMPTZ);
}

impl ToSql for Instant {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut bytes::BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.extend_from_slice(&postgres_micros(self.0).to_be_bytes());
        Ok(IsNull::No)
    }

    accepts!(TIMESTAMPTZ);
    to_sql_checked!();
}

/// A `json` value, byte for byte.
struct Json<'a>(&'a str);

impl<'a> FromSql<'a> for Json<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(std::str::from_utf8(raw)?))
    }

    accepts!(JSON);
}

/// A row of `events`, its columns in the order of the table.
pub(super) fn event_row(row: &Row) -> Result<EventRow, StoreError> {
    let position = Position(get(row, 0)?);
    let type_name: &str = get(row, 4)?;
    let Json(data) = get(row, 6)?;
    let Json(metadata) = get(row, 7)?;
    let (Instant(occurred_at), Instant(recorded_at)) = (get(row, 8)?, get(row, 9)?);
    Ok(EventRow {
        position,
        stream: get(row, 1)?,
        version: Version(get(row, 2)?),
        event_id: EventId::new(get(row, 3)?),
        event_type: EventType::from_name(type_name)
            .map_or_else(|| type_name.to_owned().into(), |known| known.name().into()),
        schema_version: get(row, 5)?,
        data: data.to_owned(),
        metadata: Arc::from(metadata),
        occurred_at,
        recorded_at,
    })
}

/// A row of `blocks`, its columns in the order of the table.
pub(super) fn block(row: &Row) -> Result<Block, StoreError> {
    let (first, last) = (Position(get(row, 0)?), Position(get(row, 1)?));
    Ok(Block {
        first,
        last,
        root: hash(row, 2, first)?,
        digests: get(row, 3)?,
        previous: hash(row, 4, first)?,
        hash: hash(row, 5, first)?,
    })
}

/// A row of `read_links`.
pub(super) fn link(row: &Row) -> Result<Link, StoreError> {
    let (first, last) = (Position(get(row, 0)?), Position(get(row, 1)?));
    Ok(Link {
        first,
        last,
        previous: hash(row, 2, first)?,
        hash: hash(row, 3, first)?,
    })
}

/// A hash, which must be 32 bytes; `position` is named when it is not.
pub(super) fn hash(row: &Row, column: usize, position: Position) -> Result<Hash, StoreError> {
    let bytes: &[u8] = get(row, column)?;
    let what = || format!("a hash has {} bytes instead of 32", bytes.len());
    bytes.try_into().map_err(|_| StoreError::Damaged {
        position,
        what: what(),
    })
}

/// Where a log that serves ends.
pub(super) fn read_end(row: &Row) -> Result<(Position, Hash), StoreError> {
    if let Some(verb) = get::<Option<&str>>(row, 7)? {
        return Err(half_filled("the log", verb));
    }
    end_of(row)
}

/// Where a log ends: its last event and the hash of its last block, which must agree.
pub(super) fn end_of(row: &Row) -> Result<(Position, Hash), StoreError> {
    let (position, sealed) = (Position(get(row, 0)?), Position(get(row, 1)?));
    if position != sealed {
        let what = format!("the last event is {position}, the last sealed one {sealed}");
        return Err(StoreError::Damaged {
            position: position.max(sealed),
            what,
        });
    }
    Ok((
        position,
        if position == Position::START {
            GENESIS
        } else {
            hash(row, 2, position)?
        },
    ))
}

/// A currency of a log.
pub(super) fn read_currency(row: &Row, column: usize) -> Result<Currency, StoreError> {
    let code: &str = get(row, column)?;
    code.parse().map_err(|error| {
        StoreError::Unusable(format!("the log's currency cannot be read: {error}"))
    })
}

/// A row of `find_answers`.
pub(super) fn idempotent_answer(row: &Row) -> Result<IdempotentAnswer, StoreError> {
    let position = Position(get(row, 4)?);
    let answer: &str = get(row, 3)?;
    Ok(IdempotentAnswer {
        fingerprint: hash(row, 2, position)?,
        answer: answer.into(),
        position,
    })
}

/// A dead letter, its columns in the order of the table.
pub(super) fn dead_letter(row: &Row) -> Result<DeadLetter, StoreError> {
    let Instant(received_at) = get(row, 7)?;
    let letter = NewDeadLetter {
        stream: get(row, 1)?,
        sequence: get::<i64>(row, 2)?.cast_unsigned(),
        subject: get(row, 3)?,
        bytes: get(row, 4)?,
        reason: get(row, 5)?,
        detail: get(row, 6)?,
        received_at,
    };
    Ok(DeadLetter {
        id: DeadLetterId::new(get(row, 0)?),
        letter,
    })
}

/// The stream that holds a claim.
pub(super) fn stream_name(text: &str) -> Result<StreamName, StoreError> {
    text.parse()
        .map_err(|error| StoreError::Unusable(format!("a claim's holder cannot be read: {error}")))
}

/// One column.
pub(super) fn get<'a, T: FromSql<'a>>(row: &'a Row, column: usize) -> Result<T, StoreError> {
    row.try_get(column)
        .map_err(|error| StoreError::unavailable(&error))
}
