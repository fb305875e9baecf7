//! The decision of one request after the other, each on what those before it leave.

use std::collections::HashMap;

use super::{Found, Plan};
use crate::{
    claims::{self, Claim, ClaimChange},
    envelope::{EventRow, NewEvent, Position, RecordedEvent, StreamName, Version},
    ids::EventId,
    store::{
        AppendOutcome, AppendRequest, Expected, IdempotentAnswer, Refusal, StreamWrite, Tally,
    },
    wire::upcast,
};

pub(super) struct Planner {
    found: Found,
    pub(super) plan: Plan,
    /// Events of this very chunk, by id, as indexes into the plan's events.
    planned: HashMap<EventId, usize>,
    /// Whether the request before was appended.
    appended: bool,
}

impl Planner {
    pub(super) fn new(found: Found) -> Self {
        Self {
            found,
            plan: Plan::default(),
            planned: HashMap::new(),
            appended: false,
        }
    }

    /// Decides one request and notes what it writes.
    pub(super) fn settle(&mut self, request: AppendRequest) -> AppendOutcome {
        let outcome = self.settle_one(request);
        self.appended = matches!(outcome, AppendOutcome::Appended { .. });
        outcome
    }

    fn settle_one(&mut self, request: AppendRequest) -> AppendOutcome {
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
            self.check_version(write, request.follows)?;
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

    fn check_version(&self, write: &StreamWrite, follows: bool) -> Result<(), Refusal> {
        let actual = self.version(&write.stream);
        let fits = match write.expected {
            Expected::Any => true,
            Expected::NoStream => actual == Version::NONE,
            Expected::Exactly(version) => actual == version,
        };
        if fits && (self.appended || !follows) {
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
