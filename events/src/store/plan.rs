//! The brain of both adapters: what becomes of each request of a chunk, decided from what the
//! adapter found under the lock. Pure; each adapter only looks up, writes and commits.
//!
//! Checks run in this order: idempotency key, event ids, versions, claims.

mod planner;

use std::collections::{HashMap, HashSet};

use self::planner::Planner;
use super::{AppendOutcome, AppendRequest, IdempotencyKey, IdempotentAnswer, OutcomeCounts};
use crate::{
    chain::{Block, Hash},
    claims::{self, Claim, ClaimChange},
    clock::Timestamp,
    envelope::{EventRow, Position, RecordedEvent, StreamName, Version},
    ids::EventId,
};

/// What an adapter must look up under the lock before it can plan.
#[derive(Debug, Default)]
pub struct Wanted {
    /// Idempotency keys, as (scope, key).
    pub keys: HashSet<(String, String)>,
    /// Event ids that might be known.
    pub event_ids: HashSet<EventId>,
    /// Streams whose version is needed.
    pub streams: HashSet<StreamName>,
    /// Claims whose holder is needed.
    pub claims: HashSet<Claim>,
}

impl Wanted {
    /// Everything that the requests of `chunk` refer to.
    pub fn of(chunk: &[AppendRequest]) -> Self {
        let mut wanted = Self::default();
        for request in chunk {
            wanted.keys.extend(
                request
                    .idempotency
                    .iter()
                    .map(|key| (key.scope.clone(), key.key.clone())),
            );
            wanted.event_ids.extend(request.absent);
            wanted.claims.extend(request.requires.iter().cloned());
            for write in &request.writes {
                if !wanted.streams.contains(&write.stream) {
                    wanted.streams.insert(write.stream.clone());
                }
                for event in &write.events {
                    wanted.event_ids.insert(event.event_id);
                    wanted
                        .claims
                        .extend(claims::changes(&event.event).into_iter().map(
                            |change| match change {
                                ClaimChange::Take(claim) | ClaimChange::Release(claim) => claim,
                            },
                        ));
                }
            }
        }
        wanted
    }
}

/// What the adapter found under the lock. What is absent from a map is not in the store.
#[derive(Debug)]
pub struct Found {
    /// The last position.
    pub head: Position,
    /// The hash of the last block.
    pub block_hash: Hash,
    /// The time of this commit: the database's clock, never before the last event's.
    pub recorded_at: Timestamp,
    /// Answers by (scope, key).
    pub answers: HashMap<(String, String), IdempotentAnswer>,
    /// Events by id.
    pub events: HashMap<EventId, RecordedEvent>,
    /// Versions by stream.
    pub versions: HashMap<StreamName, Version>,
    /// Holders by claim.
    pub claims: HashMap<Claim, StreamName>,
}

/// What the adapter must write, and what it answers after the commit.
#[derive(Debug, Default)]
pub struct Plan {
    /// New rows, dense in position.
    pub rows: Vec<EventRow>,
    /// The same as events, for followers in this process.
    pub events: Vec<RecordedEvent>,
    /// One answer a request.
    pub outcomes: Vec<AppendOutcome>,
    /// Claims that changed: the new holder, or none for a claim that is free now.
    pub claims: HashMap<Claim, Option<StreamName>>,
    /// Answers to keep, with the position that each rests on.
    pub answers: Vec<(IdempotencyKey, Position)>,
    /// What to add to the counts of outcomes.
    pub counts: OutcomeCounts,
    /// The version of each stream after this chunk.
    pub versions: HashMap<StreamName, Version>,
    /// The seal over the new rows; none where there are none.
    pub block: Option<Block>,
}

impl Plan {
    /// Whether there is anything to write.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.answers.is_empty() && self.counts == OutcomeCounts::default()
    }
}

/// Decides every request of `chunk` in order, each seeing what those before it do, and seals the
/// new rows.
pub fn plan(chunk: Vec<AppendRequest>, found: Found) -> Plan {
    let previous = found.block_hash;
    let mut plan = decide(chunk, found);
    if !plan.rows.is_empty() {
        plan.block = Some(Block::seal(previous, &plan.rows));
    }
    plan
}

/// As [`plan()`], but leaves the block to the adapter, which can seal while its database works.
pub fn decide(chunk: Vec<AppendRequest>, found: Found) -> Plan {
    let mut planner = Planner::new(found);
    for request in chunk {
        let outcome = planner.settle(request);
        planner.plan.outcomes.push(outcome);
    }
    planner.plan
}

#[cfg(test)]
mod tests;
