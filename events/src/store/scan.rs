//! Reading long stretches of the log: every row is handed on as it is read, none is gathered.

use std::{ops::ControlFlow, sync::Arc};

use crate::{
    clock::Timestamp,
    envelope::{EventRow, Position, RecordedEvent, StreamNameError, Version},
    event::EventType,
    ids::EventId,
    wire,
};

/// The columns of one row of the log, byte for byte, in the memory of whoever read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowRef<'a> {
    /// Column `position`.
    pub position: Position,
    /// Column `stream`.
    pub stream: &'a str,
    /// Column `version`.
    pub version: Version,
    /// Column `event_id`.
    pub event_id: EventId,
    /// Column `type`.
    pub event_type: &'a str,
    /// Column `schema_version`.
    pub schema_version: i32,
    /// Column `data`.
    pub data: &'a str,
    /// Column `metadata`.
    pub metadata: &'a str,
    /// Column `occurred_at`.
    pub occurred_at: Timestamp,
    /// Column `recorded_at`.
    pub recorded_at: Timestamp,
}

impl RowRef<'_> {
    /// Reads the row back into an event.
    ///
    /// # Errors
    /// [`wire::DecodeError`], which names the position.
    pub fn decode(&self) -> Result<RecordedEvent, wire::DecodeError> {
        self.decode_with(Arc::from(self.metadata))
    }

    /// Reads the row back into an event that shares `metadata`, which must be the row's own.
    fn decode_with(&self, metadata: Arc<str>) -> Result<RecordedEvent, wire::DecodeError> {
        let at = |fault: String| wire::DecodeError {
            position: self.position,
            fault,
        };
        let stream = self
            .stream
            .parse()
            .map_err(|error: StreamNameError| at(error.to_string()))?;
        let event = wire::decode(self.event_type, self.schema_version, self.data).map_err(at)?;
        Ok(RecordedEvent {
            position: self.position,
            stream,
            version: self.version,
            event_id: self.event_id,
            event,
            metadata,
            occurred_at: self.occurred_at,
            recorded_at: self.recorded_at,
        })
    }

    /// Whether it is an event of a market, by its type: what [`super::Follow::Desk`] leaves out.
    pub fn is_of_market(&self) -> bool {
        self.event_type.starts_with("market.")
    }

    /// The row with memory of its own.
    pub fn to_row(&self) -> EventRow {
        EventRow {
            position: self.position,
            stream: self.stream.to_owned(),
            version: self.version,
            event_id: self.event_id,
            event_type: EventType::from_name(self.event_type).map_or_else(
                || self.event_type.to_owned().into(),
                |known| known.name().into(),
            ),
            schema_version: self.schema_version,
            data: self.data.to_owned(),
            metadata: Arc::from(self.metadata),
            occurred_at: self.occurred_at,
            recorded_at: self.recorded_at,
        }
    }
}

impl EventRow {
    /// The row as it is lent out.
    pub fn borrow(&self) -> RowRef<'_> {
        RowRef {
            position: self.position,
            stream: &self.stream,
            version: self.version,
            event_id: self.event_id,
            event_type: &self.event_type,
            schema_version: self.schema_version,
            data: &self.data,
            metadata: &self.metadata,
            occurred_at: self.occurred_at,
            recorded_at: self.recorded_at,
        }
    }
}

/// Reads rows back, one after another. Neighbours often say the same of who and how, and share it
/// then.
#[derive(Debug)]
pub struct Decoder {
    metadata: Arc<str>,
}

impl Default for Decoder {
    fn default() -> Self {
        Self {
            metadata: Arc::from(""),
        }
    }
}

impl Decoder {
    /// Reads `row` back into an event.
    ///
    /// # Errors
    /// [`wire::DecodeError`], which names the position.
    pub fn decode(&mut self, row: &RowRef<'_>) -> Result<RecordedEvent, wire::DecodeError> {
        if *self.metadata != *row.metadata {
            self.metadata = Arc::from(row.metadata);
        }
        row.decode_with(self.metadata.clone())
    }
}

/// Takes rows one after another; a break ends the reading.
pub type RowVisitor<'a> = dyn FnMut(&RowRef<'_>) -> ControlFlow<()> + Send + 'a;
