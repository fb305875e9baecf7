//! Dead letters that are retried and discarded.

use std::sync::Arc;

use betstream_events::{
    clock::Timestamp,
    dead_letter::{DeadLetterEvent, RetryOutcome},
    envelope::{Position, StreamName},
    event::{Event, EventType},
    ids::DeadLetterId,
    store::{AppendEvents, NewDeadLetter, OutcomeCounts},
};

use super::{MemoryLog, context, start};
use crate::{
    Actors,
    answer::Answer,
    context::{CommandContext, RepeatKey},
    dead_letter::DeadLetterRejection,
    error::CommandError,
    testing::Fault,
};

const ID: DeadLetterId = DeadLetterId::new(1);
const BET: &str = r#"{"id":"00000000-0000-0000-0000-000000000001","game_id":"game_1","bet_type":"moneyline","amount":42,"timestamp":"2026-11-23T14:25:35Z"}"#;

/// A log that keeps one dead letter with these bytes.
async fn letter(bytes: &str) -> (Arc<MemoryLog>, Actors) {
    let log = Arc::new(MemoryLog::default());
    let letter = NewDeadLetter {
        stream: "bets_stream".to_owned(),
        sequence: 1,
        subject: "bets".to_owned(),
        bytes: bytes.as_bytes().to_vec(),
        reason: "not_json".to_owned(),
        detail: "expected value".to_owned(),
        received_at: Timestamp::from_micros(1),
    };
    log.keep_dead_letters(vec![letter]).await.unwrap();
    let actors = start(&log);
    (log, actors)
}

fn outcome(answer: &Answer) -> &RetryOutcome {
    match &answer.fact {
        Event::DeadLetter(DeadLetterEvent::Retried { outcome, .. }) => outcome,
        other => panic!("not retried: {other:?}"),
    }
}

fn types(log: &MemoryLog) -> Vec<EventType> {
    let events = log.events();
    events
        .iter()
        .map(|event| event.event.event_type())
        .collect()
}

fn because(reason: &str) -> CommandContext {
    CommandContext {
        reason: Some(reason.to_owned()),
        ..context()
    }
}

#[actix::test]
async fn a_letter_that_became_readable_is_recorded_once() {
    let (log, actors) = letter(BET).await;
    let counts = log.counts();
    let letters = actors.dead_letters();
    let answer = letters.retry(ID, context()).await.unwrap();
    assert!(
        matches!(outcome(&answer), RetryOutcome::Recorded { position, .. } if *position == Position(1)),
        "{answer:?}"
    );
    assert_eq!(answer.position, Position(2));
    for again in [
        letters.retry(ID, context()).await,
        letters.discard(ID, because("too late")).await,
    ] {
        assert!(
            matches!(
                again,
                Err(CommandError::Rejected(DeadLetterRejection::Settled { .. }))
            ),
            "{again:?}"
        );
    }
    assert_eq!(
        types(&log),
        [EventType::MarketBetRecorded, EventType::DeadLetterRetried]
    );
    assert_eq!(log.events()[1].stream, StreamName::DeadLetter(ID));
    // The bet says where it comes from, and no message of the stream is counted twice.
    assert!(log.events()[0].metadata.contains("dead-letter-1"));
    assert_eq!(log.counts(), counts);
    assert_eq!(
        counts,
        OutcomeCounts {
            dead_letters: 1,
            ..OutcomeCounts::default()
        }
    );
    actors.stop().await;
}

#[actix::test]
async fn what_still_cannot_be_read_waits_on() {
    let (log, actors) = letter("{").await;
    let letters = actors.dead_letters();
    for _ in 0..2 {
        let answer = letters.retry(ID, context()).await.unwrap();
        assert!(
            matches!(outcome(&answer), RetryOutcome::Unreadable { reason, .. } if reason == "not_json"),
            "{answer:?}"
        );
    }
    let missing = letters.discard(ID, context()).await;
    assert!(
        matches!(
            missing,
            Err(CommandError::Rejected(
                DeadLetterRejection::ReasonMissing { .. }
            ))
        ),
        "{missing:?}"
    );
    letters.discard(ID, because("a probe")).await.unwrap();
    let gone = letters.retry(ID, context()).await;
    assert!(
        matches!(
            gone,
            Err(CommandError::Rejected(
                DeadLetterRejection::Discarded { .. }
            ))
        ),
        "{gone:?}"
    );
    assert_eq!(log.events().len(), 3);
    actors.stop().await;
}

#[actix::test]
async fn a_bet_that_a_rule_refuses_is_refused_by_an_event() {
    let (log, actors) = letter(&BET.replace("42", "0")).await;
    let answer = actors.dead_letters().retry(ID, context()).await.unwrap();
    assert!(
        matches!(outcome(&answer), RetryOutcome::Refused { code, position, .. }
            if code == "stake_not_positive" && *position == Position(1)),
        "{answer:?}"
    );
    assert_eq!(
        types(&log),
        [EventType::MarketBetRefused, EventType::DeadLetterRetried]
    );
    actors.stop().await;
}

#[actix::test]
async fn a_retry_that_ended_between_its_two_steps_is_simply_retried() {
    let (log, actors) = letter(BET).await;
    log.fail_next(Fault::AnswerLost);
    let lost = actors.dead_letters().retry(ID, context()).await;
    assert!(
        matches!(lost, Err(CommandError::OutcomeUnknown(_))),
        "{lost:?}"
    );
    assert_eq!(types(&log), [EventType::MarketBetRecorded]);
    let answer = actors.dead_letters().retry(ID, context()).await.unwrap();
    assert!(
        matches!(outcome(&answer), RetryOutcome::AlreadyRecorded { position, .. } if *position == Position(1)),
        "{answer:?}"
    );
    assert_eq!(
        types(&log),
        [EventType::MarketBetRecorded, EventType::DeadLetterRetried]
    );
    actors.stop().await;
}

#[actix::test]
async fn retries_at_once_tell_of_one_bet() {
    let (log, actors) = letter(BET).await;
    let letters = actors.dead_letters();
    let retries = (0..8).map(|_| letters.retry(ID, context()));
    let mut told = 0;
    for answer in futures::future::join_all(retries).await {
        match answer {
            Ok(answer) => {
                assert_eq!(outcome(&answer).position(), Some(Position(1)));
                told += 1;
            }
            Err(error) => assert!(
                matches!(
                    error,
                    CommandError::Rejected(DeadLetterRejection::Settled { .. })
                ),
                "{error:?}"
            ),
        }
    }
    assert!(told > 0);
    assert_eq!(
        types(&log),
        [EventType::MarketBetRecorded, EventType::DeadLetterRetried]
    );
    actors.stop().await;
}

#[actix::test]
async fn the_same_key_is_answered_as_the_first_time() {
    let (log, actors) = letter(BET).await;
    let keyed = CommandContext {
        repeat_key: Some(RepeatKey {
            scope: "ann POST /retry".to_owned(),
            key: "k".to_owned(),
            fingerprint: [7; 32],
        }),
        ..context()
    };
    let letters = actors.dead_letters();
    let first = letters.retry(ID, keyed.clone()).await.unwrap();
    let again = letters.retry(ID, keyed).await.unwrap();
    assert_eq!(first, again);
    assert_eq!(log.events().len(), 2);
    let unknown = letters.retry(DeadLetterId::new(2), context()).await;
    assert!(
        matches!(
            unknown,
            Err(CommandError::Rejected(DeadLetterRejection::Unknown { .. }))
        ),
        "{unknown:?}"
    );
    actors.stop().await;
}

#[actix::test]
async fn what_another_process_discarded_is_not_retried() {
    let (log, ours) = letter(BET).await;
    let theirs = start(&log);
    // Our actor knows the letter as one that waits.
    let missing = ours.dead_letters().discard(ID, context()).await;
    assert!(
        matches!(
            missing,
            Err(CommandError::Rejected(
                DeadLetterRejection::ReasonMissing { .. }
            ))
        ),
        "{missing:?}"
    );
    let discarded = theirs.dead_letters().discard(ID, because("a probe")).await;
    assert!(discarded.is_ok(), "{discarded:?}");
    for refused in [
        ours.dead_letters().retry(ID, context()).await,
        ours.dead_letters().discard(ID, because("a probe")).await,
    ] {
        assert!(
            matches!(
                refused,
                Err(CommandError::Rejected(
                    DeadLetterRejection::Discarded { .. }
                ))
            ),
            "{refused:?}"
        );
    }
    assert_eq!(types(&log), [EventType::DeadLetterDiscarded]);
    ours.stop().await;
    theirs.stop().await;
}
