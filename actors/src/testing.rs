//! A log in memory for this crate's tests: the stores' own planner over plain maps, with faults
//! on demand.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use async_trait::async_trait;
use betstream_events::{
    chain::{Block, GENESIS, Hash, Link},
    claims::Claim,
    clock::Timestamp,
    envelope::{EventRow, Position, RecordedEvent, StreamName, Version},
    ids::{DeadLetterId, EventId, IdKind},
    money::Currency,
    store::{
        AdministerLog, AppendEvents, AppendRequest, ChunkOutcome, DeadLetter, Follow, FollowLog,
        Head, IdempotentAnswer, KeepSnapshots, KeptAnswer, LetterQuery, ListedLetter, LogIdentity,
        NewDeadLetter, Order, OutcomeCounts, ReadKept, ReadLog, ReadStream, ReserveIds, RowVisitor,
        Snapshot, Span, StoreError,
        plan::{Found, plan},
    },
    tail::CommittedChunk,
};
use parking_lot::Mutex;
use uuid::Uuid;

/// What the next append does instead of its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing is written, and that is said.
    Unavailable,
    /// It is written, but the answer is lost.
    AnswerLost,
}

#[derive(Default)]
struct Memory {
    events: Vec<RecordedEvent>,
    claims: HashMap<Claim, StreamName>,
    answers: HashMap<(String, String), IdempotentAnswer>,
    snapshots: HashMap<StreamName, (i32, Snapshot)>,
    counts: OutcomeCounts,
    letters: Vec<NewDeadLetter>,
    faults: Vec<Fault>,
    chunks: usize,
}

/// The log in memory.
#[derive(Default)]
pub(crate) struct MemoryLog {
    memory: Mutex<Memory>,
    ids: [AtomicI64; 3],
}

impl MemoryLog {
    pub(crate) fn events(&self) -> Vec<RecordedEvent> {
        self.memory.lock().events.clone()
    }

    pub(crate) fn counts(&self) -> OutcomeCounts {
        self.memory.lock().counts
    }

    pub(crate) fn chunks(&self) -> usize {
        self.memory.lock().chunks
    }

    pub(crate) fn fail_next(&self, fault: Fault) {
        self.memory.lock().faults.push(fault);
    }
}

#[async_trait]
impl AppendEvents for MemoryLog {
    async fn append(&self, chunk: Vec<AppendRequest>) -> Result<ChunkOutcome, StoreError> {
        let mut memory = self.memory.lock();
        memory.chunks += 1;
        let fault = memory.faults.pop();
        if fault == Some(Fault::Unavailable) {
            return Err(StoreError::Unavailable {
                reason: "told to fail".to_owned(),
            });
        }
        let mut versions = HashMap::new();
        for event in &memory.events {
            versions.insert(event.stream.clone(), event.version);
        }
        let found = Found {
            head: Position(memory.events.len() as i64),
            block_hash: GENESIS,
            recorded_at: Timestamp::from_micros(memory.chunks as i64),
            answers: memory.answers.clone(),
            events: memory
                .events
                .iter()
                .map(|event| (event.event_id, event.clone()))
                .collect(),
            versions,
            claims: memory.claims.clone(),
        };
        let plan = plan(chunk, found);
        memory.events.extend(plan.events.iter().cloned());
        for (claim, holder) in plan.claims {
            match holder {
                Some(holder) => memory.claims.insert(claim, holder),
                None => memory.claims.remove(&claim),
            };
        }
        for (key, position) in plan.answers {
            let answer = IdempotentAnswer {
                fingerprint: key.fingerprint,
                answer: key.answer,
                position,
            };
            memory.answers.insert((key.scope, key.key), answer);
        }
        memory.counts.recorded += plan.counts.recorded;
        memory.counts.already_recorded += plan.counts.already_recorded;
        memory.counts.refused += plan.counts.refused;
        if fault == Some(Fault::AnswerLost) {
            return Err(StoreError::OutcomeUnknown {
                reason: "told to lose the answer".to_owned(),
            });
        }
        let committed = (!plan.events.is_empty()).then(|| {
            Arc::new(CommittedChunk {
                events: plan.events,
            })
        });
        Ok(ChunkOutcome {
            outcomes: plan.outcomes,
            committed,
            lock_held: std::time::Duration::ZERO,
        })
    }

    async fn keep_dead_letters(&self, letters: Vec<NewDeadLetter>) -> Result<(), StoreError> {
        let mut memory = self.memory.lock();
        memory.counts.dead_letters += letters.len() as i64;
        memory.letters.extend(letters);
        Ok(())
    }
}

#[async_trait]
impl ReadStream for MemoryLog {
    async fn read_stream(
        &self,
        stream: &StreamName,
        after: Version,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let memory = self.memory.lock();
        let wanted = memory
            .events
            .iter()
            .filter(|event| event.stream == *stream && event.version > after);
        Ok(wanted.take(limit).cloned().collect())
    }

    async fn load_snapshot(
        &self,
        stream: &StreamName,
        schema: i32,
    ) -> Result<Option<Snapshot>, StoreError> {
        let memory = self.memory.lock();
        Ok(memory
            .snapshots
            .get(stream)
            .filter(|(kept, _)| *kept == schema)
            .map(|(_, snapshot)| snapshot.clone()))
    }

    async fn claim_holder(&self, claim: &Claim) -> Result<Option<StreamName>, StoreError> {
        Ok(self.memory.lock().claims.get(claim).cloned())
    }

    async fn find_event(&self, event_id: EventId) -> Result<Option<RecordedEvent>, StoreError> {
        Ok(self
            .memory
            .lock()
            .events
            .iter()
            .find(|event| event.event_id == event_id)
            .cloned())
    }

    async fn idempotent_answer(
        &self,
        scope: &str,
        key: &str,
    ) -> Result<Option<IdempotentAnswer>, StoreError> {
        Ok(self
            .memory
            .lock()
            .answers
            .get(&(scope.to_owned(), key.to_owned()))
            .cloned())
    }

    async fn dead_letter(&self, id: DeadLetterId) -> Result<Option<DeadLetter>, StoreError> {
        let memory = self.memory.lock();
        let index = usize::try_from(id.get() - 1).ok();
        let letter = index.and_then(|index| memory.letters.get(index)).cloned();
        Ok(letter.map(|letter| DeadLetter { id, letter }))
    }
}

#[async_trait]
impl KeepSnapshots for MemoryLog {
    async fn save_snapshot(
        &self,
        stream: &StreamName,
        schema: i32,
        snapshot: Snapshot,
    ) -> Result<(), StoreError> {
        self.memory
            .lock()
            .snapshots
            .insert(stream.clone(), (schema, snapshot));
        Ok(())
    }
}

#[async_trait]
impl ReserveIds for MemoryLog {
    async fn reserve_ids(&self, kind: IdKind, count: usize) -> Result<Vec<i64>, StoreError> {
        let first = self.ids[kind as usize].fetch_add(count as i64, Ordering::SeqCst) + 1;
        Ok((first..first + count as i64).collect())
    }
}

#[async_trait]
impl FollowLog for MemoryLog {
    async fn identity(&self) -> Result<LogIdentity, StoreError> {
        Ok(LogIdentity {
            log: Uuid::nil(),
            epoch: 1,
            currency: Currency::USD,
        })
    }

    async fn head(&self) -> Result<Head, StoreError> {
        let position = Position(self.memory.lock().events.len() as i64);
        Ok(Head {
            identity: self.identity().await?,
            position,
            block_hash: GENESIS,
        })
    }

    async fn read_after(
        &self,
        after: Position,
        up_to: Position,
        limit: usize,
        _want: Follow,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let memory = self.memory.lock();
        let wanted = memory
            .events
            .iter()
            .filter(|event| event.position > after && event.position <= up_to);
        Ok(wanted.take(limit).cloned().collect())
    }

    async fn scan(
        &self,
        _after: Position,
        _up_to: Position,
        _visit: &mut RowVisitor<'_>,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    async fn read_rows(
        &self,
        _after: Position,
        _limit: usize,
    ) -> Result<Vec<EventRow>, StoreError> {
        Ok(Vec::new())
    }

    async fn read_blocks(&self, _after: Position, _limit: usize) -> Result<Vec<Block>, StoreError> {
        Ok(Vec::new())
    }

    async fn read_links(&self, _after: Position, _limit: usize) -> Result<Vec<Link>, StoreError> {
        Ok(Vec::new())
    }

    async fn last_block(&self, _position: Position) -> Result<Option<Block>, StoreError> {
        Ok(None)
    }

    async fn block_hash_at(&self, _position: Position) -> Result<Option<Hash>, StoreError> {
        Ok(Some(GENESIS))
    }
}

/// Actors never read rows.
#[async_trait]
impl ReadLog for MemoryLog {
    async fn rows_at(&self, _: &[Position]) -> Result<Vec<EventRow>, StoreError> {
        Ok(Vec::new())
    }

    async fn rows_of(&self, _: &[EventId]) -> Result<Vec<EventRow>, StoreError> {
        Ok(Vec::new())
    }

    async fn rows(
        &self,
        _: Span<Position>,
        _: Order,
        _: usize,
    ) -> Result<Vec<EventRow>, StoreError> {
        Ok(Vec::new())
    }

    async fn stream_rows(
        &self,
        _: &StreamName,
        _: Span<Version>,
        _: Order,
        _: usize,
    ) -> Result<Vec<EventRow>, StoreError> {
        Ok(Vec::new())
    }

    async fn position_at(&self, _: Timestamp) -> Result<Position, StoreError> {
        Ok(Position::START)
    }

    async fn version_at(&self, _: &StreamName, _: Position) -> Result<Version, StoreError> {
        Ok(Version::NONE)
    }
}

#[async_trait]
impl AdministerLog for MemoryLog {
    async fn reset(&self) -> Result<LogIdentity, StoreError> {
        *self.memory.lock() = Memory::default();
        self.identity().await
    }

    async fn advance_ids(&self, kind: IdKind, used: i64) -> Result<(), StoreError> {
        self.ids[kind as usize].fetch_max(used, Ordering::SeqCst);
        Ok(())
    }
}

#[async_trait]
impl ReadKept for MemoryLog {
    async fn claims(&self) -> Result<Vec<(String, String)>, StoreError> {
        let memory = self.memory.lock();
        Ok(memory
            .claims
            .iter()
            .map(|(claim, holder)| (claim.to_string(), holder.to_string()))
            .collect())
    }

    async fn outcome_counts(&self) -> Result<OutcomeCounts, StoreError> {
        Ok(self.counts())
    }

    async fn dead_letters(&self, _query: &LetterQuery) -> Result<Vec<ListedLetter>, StoreError> {
        Ok(Vec::new())
    }

    async fn letters_after(
        &self,
        _: DeadLetterId,
        _: usize,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        Ok(Vec::new())
    }

    async fn answers_after(
        &self,
        _: (&str, &str),
        _: usize,
    ) -> Result<Vec<KeptAnswer>, StoreError> {
        Ok(Vec::new())
    }

    async fn used_ids(&self) -> Result<Vec<(IdKind, i64)>, StoreError> {
        Ok(Vec::new())
    }
}
