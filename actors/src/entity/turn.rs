//! A turn: every command that waits, decided one after another on the provisional state, and
//! settled by what became of each request.

use std::sync::Arc;

use betstream_events::{
    envelope::{NewEvent, Position, Version},
    fault::{self, Point},
    ids::EventIds,
    store::{
        AppendOutcome, AppendRequest, Expected, IdempotencyKey, IdempotentAnswer, Refusal,
        StreamWrite,
    },
};

use betstream_telemetry::traces::TraceParent;

use super::{Decision, Entity, Waiting};
use crate::{answer::Answer, context::CommandContext, error::CommandError};

/// How often a command is decided again after others changed the same thing in between.
const MOST_ATTEMPTS: u8 = 16;

/// A state and the version it stands at.
pub(crate) struct Loaded<E: Entity> {
    pub(crate) state: E::State,
    pub(super) version: Version,
}

impl<E: Entity> Clone for Loaded<E> {
    fn clone(&self) -> Self {
        Self {
            state: self.state.clone(),
            version: self.version,
        }
    }
}

/// One command of a turn, decided.
struct Decided<E: Entity> {
    waiting: Waiting<E>,
    after: Loaded<E>,
    answer: Answer,
    /// Whether it has a request of its own; one that changes nothing and keeps no key has none.
    has_request: bool,
}

/// A turn whose requests are under way.
pub(super) struct Turn<E: Entity> {
    decided: Vec<Decided<E>>,
}

/// What a settled turn leaves.
pub(super) struct Settled<E: Entity> {
    /// The state after everything that was committed.
    pub(super) loaded: Loaded<E>,
    /// Commands that must be decided again, in order.
    pub(super) again: Vec<Waiting<E>>,
    /// Whether somebody else changed the stream: read its tail before deciding again.
    pub(super) overtaken: bool,
}

/// What came of deciding.
pub(super) enum Deciding<E: Entity> {
    /// A turn, and its requests in order.
    Turn(Turn<E>, Vec<AppendRequest>),
    /// Read the log first, then decide these again: an answer would rest on memory alone, and
    /// another process may have changed the stream since.
    Doubtful(Vec<Waiting<E>>),
}

/// Decides all of `waiting` on `loaded`. Refused commands are answered at once; the rest wait for
/// their requests.
pub(super) fn decide_all<E: Entity>(
    id: &E::Id,
    loaded: &Loaded<E>,
    waiting: Vec<Waiting<E>>,
    ids: &dyn EventIds,
) -> Deciding<E> {
    let mut provisional = loaded.clone();
    let mut decided = Vec::with_capacity(waiting.len());
    let mut requests = Vec::with_capacity(waiting.len());
    let mut waiting = waiting.into_iter();
    while let Some(next) = waiting.next() {
        fault::pass(Point::InDecision);
        let decision = E::decide(&provisional.state, &next.command, &next.context);
        if !next.is_confirmed && !is_checked_by_the_log(&decision, &next.context) {
            let before = decided
                .into_iter()
                .map(|decided: Decided<E>| decided.waiting);
            return Deciding::Doubtful(before.chain([next]).chain(waiting).collect());
        }
        let waiting = next;
        let decision = match decision {
            Ok(decision) => decision,
            Err(rejection) => {
                waiting.answer(Err(CommandError::Rejected(rejection)));
                continue;
            }
        };
        let before = provisional.version;
        for event in &decision.events {
            provisional.version = provisional.version.plus(1);
            E::evolve(
                &mut provisional.state,
                &event.event,
                provisional.version,
                waiting.context.now,
            );
        }
        let answer = E::answer(&provisional.state, &decision.outcome, provisional.version);
        let has_request = !decision.events.is_empty() || waiting.context.repeat_key.is_some();
        if has_request {
            requests.push(AppendRequest {
                follows: !requests.is_empty(),
                ..request::<E>(id, before, decision, &waiting.context, &answer, ids)
            });
        }
        decided.push(Decided {
            waiting,
            after: provisional.clone(),
            answer,
            has_request,
        });
    }
    Deciding::Turn(Turn { decided }, requests)
}

/// Whether the append will tell that what was decided stood on an old state.
fn is_checked_by_the_log<R>(decision: &Result<Decision, R>, context: &CommandContext) -> bool {
    let keeps_answer = context.repeat_key.is_some();
    decision
        .as_ref()
        .is_ok_and(|decision| keeps_answer || !decision.events.is_empty())
}

fn request<E: Entity>(
    id: &E::Id,
    before: Version,
    decision: Decision,
    context: &CommandContext,
    answer: &Answer,
    ids: &dyn EventIds,
) -> AppendRequest {
    let mut first = None;
    let mut beside: Option<Arc<str>> = None;
    let new_event = |decided: super::DecidedEvent| {
        let event_id = decided.event_id.unwrap_or_else(|| ids.next());
        let metadata = match first {
            None => {
                first = Some(event_id);
                context.metadata().to_json().into()
            }
            Some(first) => beside
                .get_or_insert_with(|| context.metadata_beside(first).to_json().into())
                .clone(),
        };
        NewEvent::new(event_id, decided.event, metadata, context.now)
    };
    let events = decision.events.into_iter().map(new_event).collect();
    let expected = if before == Version::NONE {
        Expected::NoStream
    } else {
        Expected::Exactly(before)
    };
    let idempotency = context.repeat_key.as_ref().and_then(|key| {
        let answer = answer.to_stored().ok()?;
        let (scope, key, fingerprint) = (key.scope.clone(), key.key.clone(), key.fingerprint);
        Some(Box::new(IdempotencyKey {
            scope,
            key,
            fingerprint,
            answer,
        }))
    });
    AppendRequest {
        writes: smallvec::smallvec![StreamWrite {
            stream: E::stream(id),
            expected,
            events
        }],
        requires: decision.requires,
        idempotency,
        tally: decision.tally,
        ..AppendRequest::default()
    }
}

impl<E: Entity> Turn<E> {
    /// Whether nobody waits for a request.
    pub(super) fn is_empty(&self) -> bool {
        self.decided.is_empty()
    }

    /// The spans of its commands, while traces are recorded.
    pub(super) fn origins(&self) -> Vec<TraceParent> {
        let decided = self.decided.iter();
        let traces = decided.map(|decided| decided.waiting.context.causes.trace);
        traces.flatten().collect()
    }

    /// Answers each command by its outcome. Those that stood on one that was refused are decided
    /// again without it.
    pub(super) fn settle(self, before: Loaded<E>, outcomes: Vec<AppendOutcome>) -> Settled<E> {
        let mut outcomes = outcomes.into_iter();
        let mut settled = Settled {
            loaded: before,
            again: Vec::new(),
            overtaken: false,
        };
        // From the first command on that did not go as decided, what follows stood on nothing.
        let mut broken = false;
        for decided in self.decided {
            if !decided.has_request {
                if broken {
                    settled.again(decided.waiting);
                } else {
                    let position = Position::START;
                    decided.waiting.answer(Ok(Answer {
                        position,
                        ..decided.answer
                    }));
                }
                continue;
            }
            match outcomes.next() {
                Some(AppendOutcome::Appended { last, .. }) => {
                    settled.loaded = decided.after;
                    decided.waiting.answer(Ok(Answer {
                        position: last,
                        ..decided.answer
                    }));
                }
                Some(AppendOutcome::AlreadyAnswered(first)) => {
                    broken = true;
                    let answer = repeat::<E::Rejection>(&decided.waiting.context, &first);
                    decided.waiting.answer(answer);
                }
                Some(AppendOutcome::Refused(Refusal::KnownEventId { stored, restates })) => {
                    broken = true;
                    let rejection = E::known_event(&decided.waiting.command, &stored, restates);
                    decided
                        .waiting
                        .answer(Err(CommandError::Rejected(rejection)));
                }
                Some(AppendOutcome::Refused(Refusal::ClaimRefused { claim, held_by })) => {
                    broken = true;
                    let rejection =
                        E::claim_refused(&decided.waiting.command, &claim, held_by.as_ref());
                    decided
                        .waiting
                        .answer(Err(CommandError::Rejected(rejection)));
                }
                Some(AppendOutcome::Refused(Refusal::Conflict { .. })) => {
                    settled.overtaken |= !broken;
                    broken = true;
                    settled.again(decided.waiting);
                }
                None => decided.waiting.answer(Err(CommandError::Failed)),
            }
        }
        settled
    }

    /// Answers every command by the same failure.
    pub(super) fn fail(self, failure: impl Fn() -> CommandError<E::Rejection>) {
        for decided in self.decided {
            decided.waiting.answer(Err(failure()));
        }
    }
}

impl<E: Entity> Settled<E> {
    fn again(&mut self, mut waiting: Waiting<E>) {
        waiting.attempts += 1;
        if waiting.attempts > MOST_ATTEMPTS {
            waiting.answer(Err(CommandError::Contended));
        } else {
            self.again.push(waiting);
        }
    }
}

/// The first answer under a key again, if the body is the same.
pub(crate) fn repeat<R>(
    context: &CommandContext,
    first: &IdempotentAnswer,
) -> Result<Answer, CommandError<R>> {
    match &context.repeat_key {
        Some(key) if key.fingerprint != first.fingerprint => Err(CommandError::KeyReused {
            key: key.key.clone(),
        }),
        _ => Answer::from_stored(&first.answer, first.position).map_err(CommandError::Unavailable),
    }
}
