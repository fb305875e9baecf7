//! The envelope: an event with its place in the log.

use std::{borrow::Cow, fmt, str::FromStr, sync::Arc};

use crate::{
    clock::Timestamp,
    event::Event,
    ids::{AccountId, BatchId, DeadLetterId, EventId, GameId, ProjectionId},
    wire,
};

/// A place in the one order of everything: 1, 2, 3, …; 0 stands before the first event.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(transparent)]
pub struct Position(pub i64);

impl Position {
    /// Before the first event.
    pub const START: Self = Self(0);

    /// The place after this one.
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A place in one stream: 1, 2, 3, …; 0 is a stream without events.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(transparent)]
pub struct Version(pub i64);

impl Version {
    /// A stream without events.
    pub const NONE: Self = Self(0);

    /// The version that `events` more events lead to.
    pub const fn plus(self, events: usize) -> Self {
        Self(self.0 + events as i64)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The stream of one account, batch, market, dead letter or projection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreamName {
    /// `account-7`
    Account(AccountId),
    /// `batch-42`
    Batch(BatchId),
    /// `market-game_123`
    Market(GameId),
    /// `dead-letter-17`
    DeadLetter(DeadLetterId),
    /// `projection-desk`
    Projection(ProjectionId),
}

impl fmt::Display for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(id) => write!(f, "account-{id}"),
            Self::Batch(id) => write!(f, "batch-{id}"),
            Self::Market(id) => write!(f, "market-{id}"),
            Self::DeadLetter(id) => write!(f, "dead-letter-{id}"),
            Self::Projection(name) => write!(f, "projection-{name}"),
        }
    }
}

impl FromStr for StreamName {
    type Err = StreamNameError;
    fn from_str(text: &str) -> Result<Self, StreamNameError> {
        let refuse = || StreamNameError(text.to_owned());
        let (kind, id) = text.split_once('-').ok_or_else(refuse)?;
        match kind {
            "account" => id.parse().map(Self::Account).map_err(|_| refuse()),
            "batch" => id.parse().map(Self::Batch).map_err(|_| refuse()),
            "market" => GameId::parse(id).map(Self::Market).map_err(|_| refuse()),
            "dead" => {
                let id = id.strip_prefix("letter-").ok_or_else(refuse)?;
                id.parse().map(Self::DeadLetter).map_err(|_| refuse())
            }
            "projection" => ProjectionId::parse(id)
                .map(Self::Projection)
                .map_err(|_| refuse()),
            _ => Err(refuse()),
        }
    }
}

/// The text names no stream.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no stream name (account-<id>, batch-<id>, market-<game>, dead-letter-<id> or projection-<name>)"
)]
pub struct StreamNameError(pub String);

/// An event that waits to be appended, already encoded (encoding is done by who decides, not by
/// who holds the log's lock).
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Its id, accepted once for ever.
    pub event_id: EventId,
    /// What happened.
    pub event: Event,
    /// Its stored form.
    pub data: String,
    /// Who, how and why, as JSON.
    pub metadata: Arc<str>,
    /// When it happened, said by the sender.
    pub occurred_at: Timestamp,
}

impl NewEvent {
    /// Encodes `event` in its current schema version.
    pub fn new(
        event_id: EventId,
        event: impl Into<Event>,
        metadata: Arc<str>,
        occurred_at: Timestamp,
    ) -> Self {
        let event = event.into();
        let data = wire::encode(&event);
        Self {
            event_id,
            event,
            data,
            metadata,
            occurred_at,
        }
    }
}

/// An event of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedEvent {
    /// Its place in the log.
    pub position: Position,
    /// Its stream.
    pub stream: StreamName,
    /// Its place in the stream.
    pub version: Version,
    /// Its id.
    pub event_id: EventId,
    /// What happened, lifted to the current schema version.
    pub event: Event,
    /// Who, how and why, as JSON (see [`crate::metadata::Metadata`]).
    pub metadata: Arc<str>,
    /// When it happened, said by the sender.
    pub occurred_at: Timestamp,
    /// When it was committed; never runs back along the log.
    pub recorded_at: Timestamp,
}

/// The columns of one row of the log, byte for byte: what is stored, hashed and exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// Column `position`.
    pub position: Position,
    /// Column `stream`.
    pub stream: String,
    /// Column `version`.
    pub version: Version,
    /// Column `event_id`.
    pub event_id: EventId,
    /// Column `type`.
    pub event_type: Cow<'static, str>,
    /// Column `schema_version`.
    pub schema_version: i32,
    /// Column `data`.
    pub data: String,
    /// Column `metadata`.
    pub metadata: Arc<str>,
    /// Column `occurred_at`.
    pub occurred_at: Timestamp,
    /// Column `recorded_at`.
    pub recorded_at: Timestamp,
}

impl EventRow {
    /// Reads the row back into an event.
    ///
    /// # Errors
    /// [`wire::DecodeError`], which names the position.
    pub fn decode(self) -> Result<RecordedEvent, wire::DecodeError> {
        self.borrow().decode()
    }
}
