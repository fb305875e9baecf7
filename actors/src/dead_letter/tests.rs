//! The rules of dead letters as stories.

use betstream_events::{
    clock::Timestamp,
    dead_letter::{DeadLetterEvent, LetterState, RetryOutcome},
    envelope::Position,
    event::Event,
    ids::{DeadLetterId, EventId},
    metadata::Road,
    store::{self, NewDeadLetter},
};
use uuid::Uuid;

use super::*;
use crate::{context::CommandContext, entity::Entity};

const ID: DeadLetterId = DeadLetterId::new(17);
const BET: Uuid = Uuid::from_u128(7);

fn given(events: &[DeadLetterEvent]) -> DeadLetterState {
    let mut state = DeadLetter::initial(&ID);
    events.iter().for_each(|event| state.evolve(event));
    state
}

fn when(
    state: &DeadLetterState,
    command: DeadLetterCommand,
    reason: Option<&str>,
) -> Result<Vec<Event>, DeadLetterRejection> {
    let mut context = CommandContext::new("ann", Road::Http, Timestamp::from_micros(1));
    context.reason = reason.map(str::to_owned);
    let decision = DeadLetter::decide(state, &command, &context)?;
    let events = decision.events.into_iter().map(|decided| decided.event);
    Ok(events.collect())
}

fn retried(outcome: RetryOutcome) -> DeadLetterEvent {
    DeadLetterEvent::Retried {
        dead_letter_id: ID,
        outcome,
    }
}

const fn discarded() -> DeadLetterEvent {
    DeadLetterEvent::Discarded { dead_letter_id: ID }
}

const fn recorded(position: i64) -> RetryOutcome {
    RetryOutcome::Recorded {
        bet_id: BET,
        position: Position(position),
    }
}

const fn already_recorded(position: i64) -> RetryOutcome {
    RetryOutcome::AlreadyRecorded {
        bet_id: BET,
        position: Position(position),
    }
}

fn refused(position: i64) -> RetryOutcome {
    RetryOutcome::Refused {
        bet_id: BET,
        code: "stake_not_positive".to_owned(),
        detail: "amount 0.00 is not above zero".to_owned(),
        position: Position(position),
    }
}

fn unreadable() -> RetryOutcome {
    RetryOutcome::Unreadable {
        reason: "not_json".to_owned(),
        detail: "expected value".to_owned(),
    }
}

fn letter(bytes: usize) -> store::DeadLetter {
    store::DeadLetter {
        id: ID,
        letter: NewDeadLetter {
            stream: "bets_stream".to_owned(),
            sequence: 1,
            subject: "bets".to_owned(),
            bytes: vec![b'x'; bytes],
            reason: "not_json".to_owned(),
            detail: "expected value".to_owned(),
            received_at: Timestamp::from_micros(1),
        },
    }
}

fn conclude(outcome: RetryOutcome) -> DeadLetterCommand {
    let event_id = EventId::derived("a retry");
    DeadLetterCommand::Conclude { outcome, event_id }
}

#[test]
fn a_letter_waits_until_it_is_read_or_given_up() {
    let table = [
        (vec![], LetterState::Waiting),
        (vec![retried(unreadable())], LetterState::Waiting),
        (vec![retried(recorded(5))], LetterState::Settled),
        (vec![retried(already_recorded(5))], LetterState::Settled),
        (vec![retried(refused(5))], LetterState::Settled),
        (
            vec![retried(unreadable()), discarded()],
            LetterState::Discarded,
        ),
    ];
    for (events, expected) in table {
        assert_eq!(given(&events).standing(), expected, "{events:?}");
    }
}

#[test]
fn what_a_retry_came_to_is_kept() {
    for outcome in [recorded(5), already_recorded(5), refused(5), unreadable()] {
        for before in [vec![], vec![retried(unreadable())]] {
            let kept = when(&given(&before), conclude(outcome.clone()), None);
            assert_eq!(kept, Ok(vec![retried(outcome.clone()).into()]));
        }
    }
}

#[test]
fn a_bet_that_went_into_the_log_is_told_whatever_happened_to_the_letter_meanwhile() {
    let conclude = |before: &[DeadLetterEvent], outcome: RetryOutcome| {
        when(&given(before), conclude(outcome), None)
    };
    assert_eq!(
        conclude(&[discarded()], recorded(5)),
        Ok(vec![retried(recorded(5)).into()])
    );
    // Two retries at once tell of one bet.
    let told = [retried(already_recorded(5))];
    assert_eq!(conclude(&told, recorded(5)), Ok(vec![]));
    assert_eq!(conclude(&told, already_recorded(5)), Ok(vec![]));
    for outcome in [already_recorded(5), refused(5), unreadable()] {
        assert_eq!(
            conclude(&[discarded()], outcome.clone()),
            Err(DeadLetterRejection::Discarded { dead_letter_id: ID }),
            "{outcome}"
        );
    }
    assert_eq!(
        conclude(&told, unreadable()),
        Err(DeadLetterRejection::Settled {
            dead_letter_id: ID,
            outcome: already_recorded(5)
        })
    );
}

#[test]
fn a_retry_is_refused_in_the_order_of_the_rejections() {
    let settled = DeadLetterRejection::Settled {
        dead_letter_id: ID,
        outcome: recorded(5),
    };
    let (gone, cut) = (
        DeadLetterRejection::Discarded { dead_letter_id: ID },
        DeadLetterRejection::Cut {
            dead_letter_id: ID,
            kept_bytes: NewDeadLetter::MAX_BYTES,
        },
    );
    let (whole, most) = (NewDeadLetter::MAX_BYTES - 1, NewDeadLetter::MAX_BYTES);
    let table = [
        (vec![], whole, Ok(())),
        (vec![retried(unreadable())], whole, Ok(())),
        (vec![retried(recorded(5))], most, Err(settled)),
        (vec![discarded()], most, Err(gone)),
        (vec![], most, Err(cut)),
    ];
    for (events, bytes, expected) in table {
        let found = check_retry(&given(&events), &letter(bytes));
        assert_eq!(found, expected, "{events:?}");
    }
}

#[test]
fn a_letter_is_discarded_once_and_for_a_reason() {
    let discard = |before: &[DeadLetterEvent], reason| {
        when(&given(before), DeadLetterCommand::Discard, reason)
    };
    let reason = Some("a probe of ours");
    assert_eq!(discard(&[], reason), Ok(vec![discarded().into()]));
    assert_eq!(
        discard(&[retried(unreadable())], reason),
        Ok(vec![discarded().into()])
    );
    let table = [
        (
            vec![retried(refused(5))],
            None,
            DeadLetterRejection::Settled {
                dead_letter_id: ID,
                outcome: refused(5),
            },
        ),
        (
            vec![discarded()],
            reason,
            DeadLetterRejection::Discarded { dead_letter_id: ID },
        ),
        (
            vec![],
            None,
            DeadLetterRejection::ReasonMissing { dead_letter_id: ID },
        ),
    ];
    for (events, reason, expected) in table {
        assert_eq!(discard(&events, reason), Err(expected), "{events:?}");
    }
}
