//! The stored form of events: JSON shapes apart from the domain types, so that renaming a Rust
//! field cannot change history, and the upcasts that lift old shapes to the current ones.

mod account;
mod batch;
pub mod catalog;
mod dead_letter;
mod market;
mod projection;
pub mod upcast;

use crate::{
    envelope::Position,
    event::{Event, EventType},
};

/// An event's stored form could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("event at position {position}: {fault}")]
pub struct DecodeError {
    /// Where it stands.
    pub position: Position,
    /// What is wrong with it.
    pub fault: String,
}

/// The stored form of `event`, in the current schema version of its type.
pub fn encode(event: &Event) -> String {
    let encoded = match event {
        Event::Account(event) => account::encode(event),
        Event::Batch(event) => batch::encode(event),
        Event::Market(event) => market::encode(event),
        Event::DeadLetter(event) => dead_letter::encode(event),
        Event::Projection(event) => projection::encode(event),
    };
    // Shapes hold strings, integers and checked JSON only, none of which can fail to be written.
    encoded.unwrap_or_else(|error| unreachable!("an event could not be written as JSON: {error}"))
}

/// Reads what [`encode`] wrote, in this or any earlier version.
///
/// # Errors
/// A text that names the type and what is wrong.
pub fn decode(type_name: &str, schema_version: i32, data: &str) -> Result<Event, String> {
    let event_type = EventType::from_name(type_name)
        .ok_or_else(|| format!("unknown event type {type_name:?}"))?;
    let data = upcast::to_current(event_type, schema_version, data)?;
    decode_current(event_type, &data).map_err(|error| format!("{type_name}: {error}"))
}

fn decode_current(event_type: EventType, data: &str) -> Result<Event, String> {
    match event_type {
        EventType::AccountOpened | EventType::AccountChanged | EventType::AccountClosed => {
            account::decode(event_type, data).map(Event::Account)
        }
        EventType::MarketBetRecorded | EventType::MarketBetRefused => {
            market::decode(event_type, data).map(Event::Market)
        }
        EventType::DeadLetterRetried | EventType::DeadLetterDiscarded => {
            dead_letter::decode(event_type, data).map(Event::DeadLetter)
        }
        EventType::ProjectionEventSkipped => projection::decode(data).map(Event::Projection),
        _ => batch::decode(event_type, data).map(Event::Batch),
    }
}

fn read<'a, T: serde::Deserialize<'a>>(data: &'a str) -> Result<T, String> {
    serde_json::from_str(data).map_err(|error| error.to_string())
}
