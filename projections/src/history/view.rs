//! The past in the shapes of the wire.

use betstream_events::{
    clock::Timestamp,
    dead_letter::{DeadLetterEvent, LetterState},
    envelope::{Position, Version},
    ids::{DeadLetterId, EventId},
    metadata::Metadata,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::document::Change;
use crate::{
    desk::{Account, Batch},
    markets::Market,
};

/// How the thing of a stream was, in the very shape that it has today.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum StateThen {
    /// Of `account-<id>`.
    Account(Account),
    /// Of `batch-<id>`.
    Batch(Batch),
    /// Of `market-<game>`: with the bets that joined batches, as the market shows them.
    Market(Market),
    /// Of `dead-letter-<id>`.
    DeadLetter(LetterThen),
    /// Of `projection-<name>`.
    Projection(ProjectionThen),
}

/// What a projection passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProjectionThen {
    /// Its name.
    #[schema(example = "desk")]
    pub projection: String,
    /// The positions of the events that it passed over.
    #[schema(value_type = Vec<i64>)]
    pub skipped: Vec<Position>,
}

/// How a dead letter stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LetterThen {
    /// Its id.
    #[schema(value_type = i64)]
    pub id: DeadLetterId,
    /// Whether it waited, was settled or discarded.
    #[schema(example = "settled")]
    pub state: &'static str,
    /// What its last retry came to, in words.
    pub outcome: Option<String>,
}

impl LetterThen {
    /// The letter after `last`, the last event of its stream.
    pub(super) fn after(id: DeadLetterId, last: &DeadLetterEvent) -> Self {
        let outcome = match last {
            DeadLetterEvent::Retried { outcome, .. } => Some(outcome.to_string()),
            DeadLetterEvent::Discarded { .. } => None,
        };
        Self {
            id,
            state: LetterState::after(Some(last)).word(),
            outcome,
        }
    }
}

/// Whether there was anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nothing had happened yet.
    NotYet,
    /// It was there.
    Present,
    /// It had been deleted.
    Deleted,
}

/// A moment of one stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Point {
    /// How many of the stream's events had happened.
    #[schema(value_type = i64)]
    pub version: Version,
    /// The position of the last of them; 0 before the first.
    #[schema(value_type = i64)]
    pub position: Position,
    /// When it was recorded.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub recorded_at: Option<Timestamp>,
    /// Up to which position of the log it counts.
    #[schema(value_type = i64)]
    pub as_of: Position,
    /// Whether there was anything then.
    pub standing: Standing,
}

/// How the thing of a stream was at one moment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Then {
    /// The stream.
    #[schema(example = "batch-42")]
    pub stream: String,
    /// The moment.
    #[serde(flatten)]
    pub at: Point,
    /// The last version that the stream has now.
    #[schema(value_type = i64)]
    pub last_version: Version,
    /// How it was; null before its first event and after it was deleted.
    pub state: Option<StateThen>,
}

/// What changed between two moments of a stream.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Difference {
    /// The stream.
    #[schema(example = "batch-42")]
    pub stream: String,
    /// The one moment.
    pub from: Point,
    /// The other.
    pub to: Point,
    /// What turns the one into the other.
    pub changes: Vec<Change>,
}

/// An event of a stream, and what it changed.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct HistoryEntry {
    /// Its place in the log.
    #[schema(value_type = i64)]
    pub position: Position,
    /// Its place in the stream.
    #[schema(value_type = i64)]
    pub version: Version,
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub event_id: EventId,
    /// Its type.
    #[serde(rename = "type")]
    #[schema(example = "batch.bet-status-changed")]
    pub event_type: &'static str,
    /// When it happened, said by the sender.
    #[schema(value_type = String, format = DateTime)]
    pub occurred_at: Timestamp,
    /// When it was committed.
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Timestamp,
    /// Who, by which road, why, and what belongs together; null where it cannot be read.
    #[schema(value_type = Option<serde_json::Value>)]
    pub metadata: Option<Metadata>,
    /// What it changed; of a market the totals, from which prices follow.
    pub changes: Vec<Change>,
}
