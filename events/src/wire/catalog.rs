//! The catalog of event types: every shape that was ever written, by its recorded example.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    clock::Timestamp,
    envelope::{EventRow, Position, Version},
    event::EventType,
    ids::EventId,
};

macro_rules! recorded {
    ($($event_type:ident: $($file:literal),+;)*) => {
        /// The recorded examples of a type, one a version or more, the first version first.
        const fn files(event_type: EventType) -> &'static [&'static str] {
            match event_type {
                $(EventType::$event_type => {
                    &[$(include_str!(concat!("../../../schema/recorded/", $file, ".json"))),+]
                })*
            }
        }
    };
}

recorded! {
    AccountOpened: "account.opened.v1";
    AccountChanged: "account.changed.v1", "account.changed.v2";
    AccountClosed: "account.closed.v1";
    BatchCreated: "batch.created.v1";
    BatchBetsAdded: "batch.bets-added.v1";
    BatchBetStatusChanged: "batch.bet-status-changed.v1";
    BatchBetsStatusChanged: "batch.bets-status-changed.v1";
    BatchSubmitted: "batch.submitted.v1";
    BatchCompleted: "batch.completed.v1";
    BatchWithdrawn: "batch.withdrawn.v1", "batch.withdrawn.v1.alone";
    MarketBetRecorded: "market.bet-recorded.v1";
    MarketBetRefused: "market.bet-refused.v1";
    DeadLetterRetried: "dead-letter.retried.v1";
    DeadLetterDiscarded: "dead-letter.discarded.v1";
    ProjectionEventSkipped: "projection.event-skipped.v1";
}

/// A recorded example: the columns of a row.
#[derive(Deserialize)]
struct Recorded {
    position: Position,
    stream: String,
    version: Version,
    event_id: EventId,
    schema_version: i32,
    data: Box<RawValue>,
    metadata: Box<RawValue>,
    occurred_at: Timestamp,
    recorded_at: Timestamp,
}

/// Examples of each version of `event_type`, as it is stored, the first version first.
pub fn examples(event_type: EventType) -> Vec<EventRow> {
    let read = |file: &&str| {
        // Each is part of the binary, and a test reads them all.
        let recorded: Recorded = serde_json::from_str(file)
            .unwrap_or_else(|error| unreachable!("{}: {error}", event_type.name()));
        EventRow {
            position: recorded.position,
            stream: recorded.stream,
            version: recorded.version,
            event_id: recorded.event_id,
            event_type: event_type.name().into(),
            schema_version: recorded.schema_version,
            data: recorded.data.get().to_owned(),
            metadata: Arc::from(recorded.metadata.get()),
            occurred_at: recorded.occurred_at,
            recorded_at: recorded.recorded_at,
        }
    };
    files(event_type).iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::upcast::current_version;

    #[test]
    fn every_version_of_every_type_is_in_the_catalog() {
        for event_type in EventType::ALL {
            let examples = examples(*event_type);
            let mut versions: Vec<i32> = examples.iter().map(|row| row.schema_version).collect();
            versions.dedup();
            let all: Vec<i32> = (1..=current_version(*event_type)).collect();
            assert_eq!(versions, all, "{}", event_type.name());
            for row in examples {
                let event = row.decode().unwrap().event;
                assert_eq!(event.event_type(), *event_type);
            }
        }
    }
}
