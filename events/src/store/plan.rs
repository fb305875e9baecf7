//! The brain of both adapters: what becomes of each request of a chunk, decided from what the
//! adapter found under the lock. Pure; each adapter only looks up, writes and commits.
//!
//! Checks run in this order: idempotency key, event ids, versions, claims.

use std::collections::{HashMap, HashSet};

use super::{
    AppendOutcome, AppendRequest, Expected, IdempotencyKey, IdempotentAnswer, OutcomeCounts,
    Refusal, StreamWrite, Tally,
};
use crate::{
    chain::{Block, Hash},
    claims::{self, Claim, ClaimChange},
    clock::Timestamp,
    envelope::{EventRow, NewEvent, Position, RecordedEvent, StreamName, Version},
    ids::EventId,
    wire::upcast,
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
    let mut planner = Planner {
        found,
        plan: Plan::default(),
        planned: HashMap::new(),
    };
    for request in chunk {
        let outcome = planner.settle(request);
        planner.plan.outcomes.push(outcome);
    }
    planner.plan
}

struct Planner {
    found: Found,
    plan: Plan,
    /// Events of this very chunk, by id, as indexes into the plan's events.
    planned: HashMap<EventId, usize>,
}

impl Planner {
    fn settle(&mut self, request: AppendRequest) -> AppendOutcome {
        if let Some(key) = &request.idempotency
            && let Some(answer) = self
                .found
                .answers
                .get(&(key.scope.clone(), key.key.clone()))
        {
            return AppendOutcome::AlreadyAnswered(answer.clone());
        }
        let claims = match self.check(&request) {
            Ok(claims) => claims,
            Err(refusal) => {
                if matches!(refusal, Refusal::KnownEventId { restates: true, .. })
                    && request.tally != Tally::None
                {
                    self.plan.counts.already_recorded += 1;
                }
                return AppendOutcome::Refused(refusal);
            }
        };
        self.apply(request, claims)
    }

    fn check(
        &self,
        request: &AppendRequest,
    ) -> Result<HashMap<Claim, Option<StreamName>>, Refusal> {
        self.check_event_ids(request)?;
        for write in &request.writes {
            self.check_version(write)?;
        }
        self.check_claims(request)
    }

    fn check_event_ids(&self, request: &AppendRequest) -> Result<(), Refusal> {
        if let Some(stored) = request.absent.and_then(|id| self.event(id)) {
            return Err(Refusal::KnownEventId {
                stored: Box::new(stored.clone()),
                restates: false,
            });
        }
        for event in request.writes.iter().flat_map(|write| &write.events) {
            if let Some(stored) = self.event(event.event_id) {
                let restates = stored.event.restates(&event.event);
                return Err(Refusal::KnownEventId {
                    stored: Box::new(stored.clone()),
                    restates,
                });
            }
        }
        Ok(())
    }

    fn check_version(&self, write: &StreamWrite) -> Result<(), Refusal> {
        let actual = self.version(&write.stream);
        let fits = match write.expected {
            Expected::Any => true,
            Expected::NoStream => actual == Version::NONE,
            Expected::Exactly(version) => actual == version,
        };
        if fits {
            return Ok(());
        }
        Err(Refusal::Conflict {
            stream: write.stream.clone(),
            expected: write.expected,
            actual,
        })
    }

    fn check_claims(
        &self,
        request: &AppendRequest,
    ) -> Result<HashMap<Claim, Option<StreamName>>, Refusal> {
        for claim in &request.requires {
            if !self.found.claims.contains_key(claim) {
                return Err(Refusal::ClaimRefused {
                    claim: claim.clone(),
                    held_by: None,
                });
            }
        }
        let mut changed: HashMap<Claim, Option<StreamName>> = HashMap::new();
        for write in &request.writes {
            for change in write
                .events
                .iter()
                .flat_map(|event| claims::changes(&event.event))
            {
                let (ClaimChange::Take(claim) | ClaimChange::Release(claim)) = &change;
                let holder = changed
                    .get(claim)
                    .map_or_else(|| self.found.claims.get(claim), Option::as_ref);
                let held_by_other = holder.is_some_and(|holder| *holder != write.stream);
                match change {
                    ClaimChange::Take(claim) if held_by_other => {
                        return Err(Refusal::ClaimRefused {
                            held_by: holder.cloned(),
                            claim,
                        });
                    }
                    ClaimChange::Take(claim) => changed.insert(claim, Some(write.stream.clone())),
                    ClaimChange::Release(_) if held_by_other => None,
                    ClaimChange::Release(claim) => changed.insert(claim, None),
                };
            }
        }
        Ok(changed)
    }

    fn apply(
        &mut self,
        request: AppendRequest,
        claims: HashMap<Claim, Option<StreamName>>,
    ) -> AppendOutcome {
        let versions = request
            .writes
            .into_iter()
            .map(|write| self.write(write))
            .collect();
        for (claim, holder) in claims {
            match &holder {
                Some(stream) => self.found.claims.insert(claim.clone(), stream.clone()),
                None => self.found.claims.remove(&claim),
            };
            self.plan.claims.insert(claim, holder);
        }
        let last = self.last();
        if let Some(key) = request.idempotency {
            let answer = IdempotentAnswer {
                fingerprint: key.fingerprint,
                answer: key.answer.clone(),
                position: last,
            };
            self.found
                .answers
                .insert((key.scope.clone(), key.key.clone()), answer);
            self.plan.answers.push((*key, last));
        }
        match request.tally {
            Tally::None => {}
            Tally::Bet => self.plan.counts.recorded += 1,
            Tally::Refusal => self.plan.counts.refused += 1,
            Tally::Repeat => self.plan.counts.already_recorded += 1,
        }
        AppendOutcome::Appended { last, versions }
    }

    /// Places the events of one write and gives the version that its stream has then.
    fn write(&mut self, write: StreamWrite) -> Version {
        let mut version = self.version(&write.stream);
        let stream_text = write.stream.to_string();
        for event in write.events {
            version = version.plus(1);
            let NewEvent {
                event_id,
                event,
                data,
                metadata,
                occurred_at,
            } = event;
            let position = self.last().next();
            let recorded_at = self.found.recorded_at;
            let event_type = event.event_type();
            self.planned.insert(event_id, self.plan.events.len());
            self.plan.rows.push(EventRow {
                position,
                stream: stream_text.clone(),
                version,
                event_id,
                event_type: event_type.name().into(),
                schema_version: upcast::current_version(event_type),
                data,
                metadata: metadata.clone(),
                occurred_at,
                recorded_at,
            });
            let stream = write.stream.clone();
            self.plan.events.push(RecordedEvent {
                position,
                stream,
                version,
                event_id,
                event,
                metadata,
                occurred_at,
                recorded_at,
            });
        }
        self.plan.versions.insert(write.stream, version);
        version
    }

    fn event(&self, id: EventId) -> Option<&RecordedEvent> {
        let planned = self
            .planned
            .get(&id)
            .and_then(|index| self.plan.events.get(*index));
        planned.or_else(|| self.found.events.get(&id))
    }

    fn version(&self, stream: &StreamName) -> Version {
        let planned = self.plan.versions.get(stream);
        planned
            .or_else(|| self.found.versions.get(stream))
            .copied()
            .unwrap_or(Version::NONE)
    }

    fn last(&self) -> Position {
        self.plan
            .rows
            .last()
            .map_or(self.found.head, |row| row.position)
    }
}
