//! The rules of dead letters.

use betstream_events::{
    claims::Claim,
    clock::Timestamp,
    dead_letter::{DeadLetterEvent, LetterState, RetryOutcome},
    envelope::{Position, RecordedEvent, StreamName, Version},
    event::Event,
    ids::DeadLetterId,
    store,
};

use super::{DeadLetterCommand, DeadLetterRejection, DeadLetterState};
use crate::{
    answer::Answer,
    context::CommandContext,
    entity::{Decision, Entity, Outcome},
};

/// The dead letter as a kind of entity.
pub struct DeadLetter;

/// Whether `letter`, which stands at `state`, can be retried.
///
/// # Errors
/// The first rule, in the order of the rejections, that says no.
pub(crate) fn check_retry(
    state: &DeadLetterState,
    letter: &store::DeadLetter,
) -> Result<(), DeadLetterRejection> {
    check_waiting(state)?;
    if letter.letter.is_cut() {
        return Err(DeadLetterRejection::Cut {
            dead_letter_id: letter.id,
            kept_bytes: letter.letter.bytes.len(),
        });
    }
    Ok(())
}

impl Entity for DeadLetter {
    type Id = DeadLetterId;
    type Command = DeadLetterCommand;
    type State = DeadLetterState;
    type Rejection = DeadLetterRejection;

    const NAME: &'static str = "dead_letter";
    const SNAPSHOT_SCHEMA: i32 = 1;

    fn stream(id: &DeadLetterId) -> StreamName {
        StreamName::DeadLetter(*id)
    }

    fn initial(id: &DeadLetterId) -> DeadLetterState {
        DeadLetterState::new(*id)
    }

    fn decide(
        state: &DeadLetterState,
        command: &DeadLetterCommand,
        context: &CommandContext,
    ) -> Result<Decision, DeadLetterRejection> {
        match command {
            DeadLetterCommand::Conclude { outcome, event_id } => {
                let mut decision = conclude(state, outcome)?;
                for decided in &mut decision.events {
                    decided.event_id = Some(*event_id);
                }
                Ok(decision)
            }
            DeadLetterCommand::Discard => discard(state, context),
        }
    }

    fn begins(_command: &DeadLetterCommand) -> bool {
        false
    }

    fn evolve(state: &mut DeadLetterState, event: &Event, _version: Version, _at: Timestamp) {
        if let Event::DeadLetter(event) = event {
            state.evolve(event);
        }
    }

    fn answer(state: &DeadLetterState, _outcome: &Outcome, version: Version) -> Answer {
        // Every command that is not refused leaves an event behind, or met one.
        let untouched = || retried(state, not_retried());
        Answer {
            fact: state.last.clone().unwrap_or_else(untouched).into(),
            version,
            bet_versions: Vec::new(),
            updated_at: Timestamp::default(),
            position: Position::START,
        }
    }

    /// Its events take no claim and require none.
    fn claim_refused(
        _command: &DeadLetterCommand,
        _claim: &Claim,
        _held_by: Option<&StreamName>,
    ) -> DeadLetterRejection {
        DeadLetterRejection::Unknown {
            dead_letter_id: DeadLetterId::new(0),
        }
    }

    /// Its events have fresh ids.
    fn known_event(
        _command: &DeadLetterCommand,
        _stored: &RecordedEvent,
        _restates: bool,
    ) -> DeadLetterRejection {
        DeadLetterRejection::Unknown {
            dead_letter_id: DeadLetterId::new(0),
        }
    }

    /// A handful of events at most, of which the last one counts.
    fn to_snapshot(_state: &DeadLetterState) -> Option<String> {
        None
    }

    fn from_snapshot(
        _id: &DeadLetterId,
        _snapshot: &str,
        _version: Version,
    ) -> Option<DeadLetterState> {
        None
    }
}

/// What a retry came to is a fact by the time that it is decided, so it is refused only where
/// nothing would be lost: another retry has told of the same bet, or somebody discarded the letter
/// in between and nothing new was recorded.
fn conclude(
    state: &DeadLetterState,
    outcome: &RetryOutcome,
) -> Result<Decision, DeadLetterRejection> {
    let keep = || {
        let event = retried(state, outcome.clone());
        Decision::one(event, Outcome::Whole)
    };
    match (&state.last, outcome) {
        (Some(DeadLetterEvent::Discarded { .. }), RetryOutcome::Recorded { .. }) => Ok(keep()),
        (Some(DeadLetterEvent::Retried { outcome: told, .. }), outcome)
            if told.position().is_some() && told.position() == outcome.position() =>
        {
            Ok(Decision::nothing(Outcome::Whole))
        }
        _ => check_waiting(state).map(|()| keep()),
    }
}

fn discard(
    state: &DeadLetterState,
    context: &CommandContext,
) -> Result<Decision, DeadLetterRejection> {
    check_waiting(state)?;
    let dead_letter_id = state.dead_letter_id;
    if context.reason.is_none() {
        return Err(DeadLetterRejection::ReasonMissing { dead_letter_id });
    }
    let event = DeadLetterEvent::Discarded { dead_letter_id };
    Ok(Decision::one(event, Outcome::Whole))
}

fn check_waiting(state: &DeadLetterState) -> Result<(), DeadLetterRejection> {
    let dead_letter_id = state.dead_letter_id;
    match (state.standing(), &state.last) {
        (LetterState::Settled, Some(DeadLetterEvent::Retried { outcome, .. })) => {
            Err(DeadLetterRejection::Settled {
                dead_letter_id,
                outcome: outcome.clone(),
            })
        }
        (LetterState::Discarded, _) => Err(DeadLetterRejection::Discarded { dead_letter_id }),
        (LetterState::Waiting | LetterState::Settled, _) => Ok(()),
    }
}

fn retried(state: &DeadLetterState, outcome: RetryOutcome) -> DeadLetterEvent {
    DeadLetterEvent::Retried {
        dead_letter_id: state.dead_letter_id,
        outcome,
    }
}

fn not_retried() -> RetryOutcome {
    RetryOutcome::Unreadable {
        reason: "not_retried".to_owned(),
        detail: "nothing happened to it since it was kept".to_owned(),
    }
}
