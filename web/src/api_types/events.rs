//! Events of the log, as they are stored.

use std::collections::BTreeMap;

use betstream_events::{clock::Timestamp, envelope::EventRow};
use betstream_projections::audit::{self, correlation_of};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use utoipa::ToSchema;
use uuid::Uuid;

/// An event, column by column.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoggedEvent {
    /// Its place in the log.
    pub position: i64,
    /// Its stream.
    #[schema(example = "batch-42")]
    pub stream: String,
    /// Its place in the stream.
    pub version: i64,
    /// Its id.
    pub event_id: Uuid,
    /// Its type.
    #[schema(example = "batch.bet-status-changed")]
    pub r#type: String,
    /// The version of the shape of `data`.
    pub schema_version: i32,
    /// What happened, as it is stored.
    #[schema(value_type = Object)]
    pub data: Box<RawValue>,
    /// Who, how and why, as it is stored.
    #[schema(value_type = Object)]
    pub metadata: Box<RawValue>,
    /// What it is correlated under: what its metadata says, or its own id.
    pub correlation: String,
    /// When it happened, said by the sender.
    #[schema(value_type = String, format = DateTime)]
    pub occurred_at: Timestamp,
    /// When it was committed.
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Timestamp,
}

impl From<EventRow> for LoggedEvent {
    fn from(row: EventRow) -> Self {
        Self {
            correlation: correlation_of(&row),
            position: row.position.0,
            stream: row.stream,
            version: row.version.0,
            event_id: row.event_id.uuid(),
            r#type: row.event_type.into_owned(),
            schema_version: row.schema_version,
            data: raw(row.data),
            metadata: raw(row.metadata.to_string()),
            occurred_at: row.occurred_at,
            recorded_at: row.recorded_at,
        }
    }
}

/// Stored JSON as it is; anything else, which no writer of ours stores, as a text.
fn raw(text: String) -> Box<RawValue> {
    RawValue::from_string(text.clone())
        .or_else(|_| to_raw_value(&text))
        .unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// How many events there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventCounts {
    /// All together.
    pub total: u64,
    /// By type; types without events are left out.
    #[schema(example = json!({"batch.created": 12}))]
    pub by_type: BTreeMap<String, u64>,
    /// The position up to which was counted, where looking at the rest would take too long: ask on
    /// with `from`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only_up_to: Option<i64>,
}

impl From<audit::EventCounts> for EventCounts {
    fn from(counts: audit::EventCounts) -> Self {
        Self {
            total: counts.total(),
            only_up_to: counts.only_up_to.map(|position| position.0),
            by_type: counts.by_type,
        }
    }
}

/// The events of one correlation, each behind what caused it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CauseTree {
    /// What they are correlated under.
    pub correlation: String,
    /// Whether there are more events than the 1,000 that a tree shows.
    pub is_cut: bool,
    /// From the root down, each event followed by what it led to.
    pub nodes: Vec<CauseNode>,
}

/// One event of a tree.
#[derive(Debug, Serialize, ToSchema)]
pub struct CauseNode {
    /// How many events of the tree lie between it and its beginning.
    pub depth: usize,
    /// What caused it, in the words of the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "request 7f3a-1")]
    pub causation: Option<String>,
    /// The position of the event of this tree that caused it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caused_by: Option<i64>,
    /// The event.
    pub event: LoggedEvent,
}

impl From<audit::CauseTree> for CauseTree {
    fn from(tree: audit::CauseTree) -> Self {
        let node = |node: audit::CauseNode| CauseNode {
            depth: node.depth,
            causation: node.causation,
            caused_by: node.caused_by.map(|position| position.0),
            event: node.row.into(),
        };
        Self {
            correlation: tree.correlation,
            is_cut: tree.is_cut,
            nodes: tree.nodes.into_iter().map(node).collect(),
        }
    }
}
