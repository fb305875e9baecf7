//! The least store that there can be: what was found and what was planned, in memory.

use std::collections::HashMap;

use crate::{
    chain::{Block, GENESIS},
    claims::Claim,
    envelope::{EventRow, Position, RecordedEvent, StreamName, Version},
    ids::EventId,
    store::{
        AppendOutcome, AppendRequest, IdempotentAnswer, OutcomeCounts,
        contract::given::THEN,
        plan::{Found, Plan, Wanted, plan},
    },
};

#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) rows: Vec<EventRow>,
    pub(super) blocks: Vec<Block>,
    pub(super) counts: OutcomeCounts,
    pub(super) claims: HashMap<Claim, StreamName>,
    pub(super) answers: HashMap<(String, String), IdempotentAnswer>,
    events: HashMap<EventId, RecordedEvent>,
    versions: HashMap<StreamName, Version>,
}

impl Model {
    /// Appends `chunk` as an adapter does: it looks up what is wanted and nothing else.
    pub(super) fn append(&mut self, chunk: Vec<AppendRequest>) -> Vec<AppendOutcome> {
        let found = self.look_up(&Wanted::of(&chunk));
        let plan = plan(chunk, found);
        assert_eq!(
            plan.is_empty(),
            plan.rows.is_empty()
                && plan.answers.is_empty()
                && plan.counts == OutcomeCounts::default()
        );
        self.take_in(plan)
    }

    /// Appends one request and gives its outcome.
    pub(super) fn append_one(&mut self, request: AppendRequest) -> AppendOutcome {
        self.append(vec![request]).remove(0)
    }

    fn look_up(&self, wanted: &Wanted) -> Found {
        let Wanted {
            keys,
            event_ids,
            streams,
            claims,
        } = wanted;
        Found {
            head: Position(self.rows.len() as i64),
            block_hash: self.blocks.last().map_or(GENESIS, |block| block.hash),
            recorded_at: THEN,
            answers: keys
                .iter()
                .filter_map(|key| self.answers.get_key_value(key))
                .map(owned)
                .collect(),
            events: event_ids
                .iter()
                .filter_map(|id| self.events.get_key_value(id))
                .map(owned)
                .collect(),
            versions: streams
                .iter()
                .filter_map(|name| self.versions.get_key_value(name))
                .map(owned)
                .collect(),
            claims: claims
                .iter()
                .filter_map(|claim| self.claims.get_key_value(claim))
                .map(owned)
                .collect(),
        }
    }

    fn take_in(&mut self, plan: Plan) -> Vec<AppendOutcome> {
        let Plan {
            rows,
            events,
            outcomes,
            claims,
            answers,
            counts,
            versions,
            block,
        } = plan;
        self.rows.extend(rows);
        self.events
            .extend(events.into_iter().map(|event| (event.event_id, event)));
        for (claim, holder) in claims {
            match holder {
                Some(holder) => self.claims.insert(claim, holder),
                None => self.claims.remove(&claim),
            };
        }
        for (key, position) in answers {
            let answer = IdempotentAnswer {
                fingerprint: key.fingerprint,
                answer: key.answer,
                position,
            };
            self.answers.insert((key.scope, key.key), answer);
        }
        self.counts.recorded += counts.recorded;
        self.counts.already_recorded += counts.already_recorded;
        self.counts.refused += counts.refused;
        self.versions.extend(versions);
        self.blocks.extend(block);
        outcomes
    }
}

fn owned<K: Clone, V: Clone>((key, value): (&K, &V)) -> (K, V) {
    (key.clone(), value.clone())
}
