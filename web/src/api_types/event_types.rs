//! The catalog of event types.

use betstream_projections::catalog::{EventKind, Shape};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// One event type.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventTypeInfo {
    /// Its name in the log.
    #[serde(rename = "type")]
    #[schema(example = "account.changed")]
    pub event_type: &'static str,
    /// The schema version in which it is written.
    pub current_version: i32,
    /// Every version that was ever written and is still read, the first one first.
    pub versions: Vec<EventShape>,
    /// Who makes something of it.
    pub consumers: Consumers,
}

/// A version of an event type.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventShape {
    /// Which.
    pub schema_version: i32,
    /// An example of its `data`, as it is stored.
    #[schema(value_type = Object)]
    pub example: Box<RawValue>,
}

/// Who makes something of an event type.
#[derive(Debug, Serialize, ToSchema)]
pub struct Consumers {
    /// The kind of actor whose state it changes.
    pub actor: &'static str,
    /// The projections that fold it.
    pub projections: Vec<&'static str>,
    /// Whether live clients are told of it.
    pub live: bool,
}

impl From<EventKind> for EventTypeInfo {
    fn from(kind: EventKind) -> Self {
        Self {
            event_type: kind.event_type.name(),
            current_version: kind.current_version,
            versions: kind.versions.into_iter().map(EventShape::from).collect(),
            consumers: Consumers {
                actor: kind.actor,
                projections: kind
                    .projections
                    .into_iter()
                    .map(|name| name.word())
                    .collect(),
                live: kind.is_live,
            },
        }
    }
}

impl From<Shape> for EventShape {
    fn from(shape: Shape) -> Self {
        Self {
            schema_version: shape.version,
            // Examples are recorded JSON; null would be one too.
            example: RawValue::from_string(shape.example).unwrap_or_default(),
        }
    }
}
