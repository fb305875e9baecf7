//! Turns, conflicts, faults and repeats at the desk.

use betstream_events::{
    batch::{BatchEvent, BatchOwner, BetStatus},
    clock::Timestamp,
    envelope::{NewEvent, StreamName, Version},
    ids::{EventIds, RandomEventIds},
    metadata::{Metadata, Road},
    store::{AppendEvents, AppendRequest, Expected, StreamWrite},
};
use futures::future::join_all;
use smallvec::smallvec;

use super::{context, desk};
use crate::{
    account::{AccountRejection, AccountTerms},
    answer::Answer,
    batch::BatchRejection,
    context::{CommandContext, RepeatKey},
    error::CommandError,
    testing::Fault,
};

#[actix::test]
async fn commands_that_wait_share_a_commit_and_replay_to_the_live_state() {
    let desk = desk().await;
    let chunks_before = desk.log.chunks();
    let statuses = [BetStatus::Successful, BetStatus::Failed, BetStatus::Pending];
    let commands =
        (0..300).map(|index| desk.set(index % 3, statuses[(index / 3 + index) % 3], context()));
    let answers: Vec<Answer> = join_all(commands)
        .await
        .into_iter()
        .collect::<Result<_, _>>()
        .unwrap();

    let state = desk.replayed();
    let highest = answers.iter().map(|answer| answer.version).max().unwrap();
    assert_eq!(state.contents().unwrap().version, highest);
    let events = desk.log.events();
    assert!(
        events
            .iter()
            .enumerate()
            .all(|(index, event)| event.position.0 == index as i64 + 1)
    );
    let appended = events.len() - 2;
    assert!(
        desk.log.chunks() - chunks_before < appended,
        "{} chunks for {appended} events",
        desk.log.chunks()
    );
}

#[actix::test]
async fn a_batch_that_another_process_changed_is_read_again_and_decided_anew() {
    let desk = desk().await;
    desk.set(0, BetStatus::Failed, context()).await.unwrap();
    // The other process submits the batch behind this one's back.
    let owner = BatchOwner {
        batch_id: desk.batch,
        account_id: desk.account,
    };
    let event = BatchEvent::Submitted { owner, name: None };
    let metadata = Metadata::new("bob", Road::Http).to_json().into();
    let event = NewEvent::new(
        RandomEventIds.next(),
        event,
        metadata,
        Timestamp::from_micros(1),
    );
    let expected = Expected::Exactly(Version(2));
    let write = StreamWrite {
        stream: StreamName::Batch(desk.batch),
        expected,
        events: smallvec![event],
    };
    desk.log
        .append(vec![AppendRequest {
            writes: smallvec![write],
            ..AppendRequest::default()
        }])
        .await
        .unwrap();

    let refused = desk.set(1, BetStatus::Failed, context()).await.unwrap_err();
    assert!(
        matches!(
            refused,
            CommandError::Rejected(BatchRejection::NotOpen { .. })
        ),
        "{refused:?}"
    );
}

#[actix::test]
async fn after_a_store_failure_the_next_command_works_again() {
    let desk = desk().await;
    desk.log.fail_next(Fault::Unavailable);
    let failed = desk.set(0, BetStatus::Failed, context()).await.unwrap_err();
    assert!(matches!(failed, CommandError::Unavailable(_)), "{failed:?}");
    assert_eq!(
        desk.set(0, BetStatus::Successful, context())
            .await
            .unwrap()
            .version,
        Version(2)
    );
}

#[actix::test]
async fn after_a_lost_answer_the_actor_looks_before_it_decides() {
    let desk = desk().await;
    desk.log.fail_next(Fault::AnswerLost);
    let unknown = desk.set(0, BetStatus::Failed, context()).await.unwrap_err();
    assert!(
        matches!(unknown, CommandError::OutcomeUnknown(_)),
        "{unknown:?}"
    );
    // It was written, so the same again is nothing new and the next one stands on it.
    assert_eq!(
        desk.set(0, BetStatus::Failed, context())
            .await
            .unwrap()
            .version,
        Version(2)
    );
    assert_eq!(
        desk.set(1, BetStatus::Failed, context())
            .await
            .unwrap()
            .version,
        Version(3)
    );
}

#[actix::test]
async fn the_same_key_is_answered_as_the_first_time() {
    let desk = desk().await;
    let keyed = |fingerprint| {
        let key = RepeatKey {
            scope: "ann PATCH".to_owned(),
            key: "k".to_owned(),
            fingerprint: [fingerprint; 32],
        };
        CommandContext {
            repeat_key: Some(key),
            ..context()
        }
    };
    let first = desk.set(0, BetStatus::Failed, keyed(1)).await.unwrap();
    desk.set(0, BetStatus::Pending, context()).await.unwrap();
    assert_eq!(
        desk.set(0, BetStatus::Failed, keyed(1)).await.unwrap(),
        first
    );
    let reused = desk.set(0, BetStatus::Failed, keyed(2)).await.unwrap_err();
    assert!(
        matches!(reused, CommandError::KeyReused { .. }),
        "{reused:?}"
    );
    assert_eq!(desk.log.events().len(), 4);
}

#[actix::test]
async fn a_name_in_use_is_refused_and_free_again_after_the_account_went() {
    let desk = desk().await;
    let terms = AccountTerms {
        name: "alpha".to_owned(),
        hostname: String::new(),
    };
    let refused = desk
        .actors
        .accounts()
        .open(terms.clone(), context())
        .await
        .unwrap_err();
    assert!(
        matches!(
            refused,
            CommandError::Rejected(AccountRejection::NameInUse { .. })
        ),
        "{refused:?}"
    );
    desk.actors
        .accounts()
        .delete(desk.account, context())
        .await
        .unwrap();
    desk.actors.accounts().open(terms, context()).await.unwrap();
    // No batch of the deleted account can be changed, even before it is withdrawn.
    let refused = desk.set(0, BetStatus::Failed, context()).await.unwrap_err();
    assert!(
        matches!(
            refused,
            CommandError::Rejected(BatchRejection::UnknownAccount { .. })
        ),
        "{refused:?}"
    );
}
