//! A batch's snapshot: the facts that state it, in the log's own stable shapes.

use std::collections::BTreeMap;

use betstream_events::{
    batch::BatchEvent,
    clock::Timestamp,
    envelope::Version,
    event::Event,
    ids::{BatchId, BetPid},
    wire,
};
use serde::{Deserialize, Serialize};

use super::{BatchState, Closing};

#[derive(Serialize, Deserialize)]
struct Shape {
    facts: Vec<Fact>,
    changed_at: BTreeMap<BetPid, Version>,
    next_number: i64,
    updated_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Fact {
    r#type: String,
    schema_version: i32,
    data: String,
}

pub(super) fn write(state: &BatchState) -> Option<String> {
    let contents = state.contents()?;
    let bets = contents
        .bets
        .values()
        .map(|entry| (*entry.bet).clone())
        .collect();
    let owner = contents.header.owner;
    let created = BatchEvent::Created {
        header: (*contents.header).clone(),
        bets,
    };
    let closed = match state {
        BatchState::Closed {
            closing: Closing::Submitted,
            ..
        } => Some(BatchEvent::Submitted { owner, name: None }),
        BatchState::Closed {
            closing: Closing::Completed,
            ..
        } => Some(BatchEvent::Completed { owner }),
        BatchState::Closed {
            closing: Closing::Withdrawn,
            ..
        } => Some(BatchEvent::Withdrawn {
            owner,
            name: None,
            reason: None,
            with_account: false,
        }),
        BatchState::New { .. } | BatchState::Open(_) => None,
    };
    let shape = Shape {
        facts: std::iter::once(created)
            .chain(closed)
            .map(|event| fact(event.into()))
            .collect(),
        changed_at: contents
            .bets
            .iter()
            .map(|(pid, entry)| (*pid, entry.changed_at))
            .collect(),
        next_number: contents.next_number,
        updated_at: contents.updated_at,
    };
    serde_json::to_string(&shape).ok()
}

pub(super) fn read(batch_id: BatchId, text: &str, version: Version) -> Option<BatchState> {
    let shape: Shape = serde_json::from_str(text).ok()?;
    let mut state = BatchState::New { batch_id };
    for fact in &shape.facts {
        let Event::Batch(event) =
            wire::decode(&fact.r#type, fact.schema_version, &fact.data).ok()?
        else {
            return None;
        };
        state.evolve(&event, version, shape.updated_at);
    }
    let (BatchState::Open(contents) | BatchState::Closed { contents, .. }) = &mut state else {
        return None;
    };
    contents.next_number = shape.next_number;
    for (pid, changed_at) in shape.changed_at {
        contents.bets.get_mut(&pid)?.changed_at = changed_at;
    }
    Some(state)
}

fn fact(event: Event) -> Fact {
    let event_type = event.event_type();
    Fact {
        r#type: event_type.name().to_owned(),
        schema_version: wire::upcast::current_version(event_type),
        data: wire::encode(&event),
    }
}
