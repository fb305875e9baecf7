//! The answer to a command: the fact that it states, and at which version.

use std::sync::Arc;

use betstream_events::{
    clock::Timestamp,
    envelope::{Position, Version},
    event::{Event, EventType},
    wire,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// What a command led to. A command that changes nothing is answered by the fact that holds
/// already, so every answer has the same form, and the first answer under an idempotency key can
/// be kept in the log's own stable shapes.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// What is the case now, as the event that states it.
    pub fact: Event,
    /// The stream's version.
    pub version: Version,
    /// For each bet of the fact, the version at which that bet last changed.
    pub bet_versions: Vec<Version>,
    /// When the thing last changed.
    pub updated_at: Timestamp,
    /// The log position that the answer rests on.
    pub position: Position,
}

#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    #[serde(borrow)]
    r#type: std::borrow::Cow<'a, str>,
    schema_version: i32,
    #[serde(borrow)]
    data: std::borrow::Cow<'a, RawValue>,
    version: Version,
    bet_versions: Vec<Version>,
    updated_at: Timestamp,
}

impl Answer {
    /// As it is kept under an idempotency key.
    ///
    /// # Errors
    /// The JSON writer's; it has no reason to fail on an event.
    pub fn to_stored(&self) -> serde_json::Result<Arc<str>> {
        let data = RawValue::from_string(wire::encode(&self.fact))?;
        let event_type = self.fact.event_type();
        let stored = Stored {
            r#type: event_type.name().into(),
            schema_version: wire::upcast::current_version(event_type),
            data: std::borrow::Cow::Owned(data),
            version: self.version,
            bet_versions: self.bet_versions.clone(),
            updated_at: self.updated_at,
        };
        serde_json::to_string(&stored).map(Arc::from)
    }

    /// Reads a kept answer back.
    ///
    /// # Errors
    /// A text that says what is wrong with it.
    pub fn from_stored(text: &str, position: Position) -> Result<Self, String> {
        let stored: Stored<'_> = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let fact = wire::decode(&stored.r#type, stored.schema_version, stored.data.get())?;
        Ok(Self {
            fact,
            version: stored.version,
            bet_versions: stored.bet_versions,
            updated_at: stored.updated_at,
            position,
        })
    }

    /// The kind of fact.
    pub const fn event_type(&self) -> EventType {
        self.fact.event_type()
    }
}
