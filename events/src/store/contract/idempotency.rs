//! Idempotency keys.

use super::{
    given::{self, keyed, record_bet},
    harness::{Harness, last_of},
};
use crate::{
    envelope::Position,
    store::{AppendOutcome, AppendRequest, IdempotentAnswer},
};

const SCOPE: &str = "tester POST /things";

fn answered(answer: &str, position: i64) -> IdempotentAnswer {
    IdempotentAnswer {
        fingerprint: [7; 32],
        answer: answer.into(),
        position: Position(position),
    }
}

fn repeated(outcome: AppendOutcome) -> IdempotentAnswer {
    match outcome {
        AppendOutcome::AlreadyAnswered(answer) => answer,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn a_key_gives_its_first_answer_again(harness: Harness) {
    harness
        .accepted(keyed(given::open_account(1, "alpha"), "k", "one"))
        .await;
    let again = harness
        .append(vec![
            keyed(given::open_account(2, "beta"), "k", "two"),
            record_bet("a", 1),
        ])
        .await;
    let [first, second] = <[_; 2]>::try_from(again.outcomes).unwrap();
    assert_eq!(repeated(first), answered("one", 1));
    assert_eq!(last_of(&second), Position(2));
    assert_eq!(
        harness.store.idempotent_answer(SCOPE, "k").await.unwrap(),
        Some(answered("one", 1))
    );
    assert_eq!(
        harness
            .store
            .idempotent_answer(SCOPE, "other")
            .await
            .unwrap(),
        None
    );
}

pub(crate) async fn a_repeated_key_inside_one_chunk_is_found(harness: Harness) {
    let chunk = vec![
        record_bet("a", 1),
        keyed(given::open_account(1, "alpha"), "k", "one"),
        keyed(given::open_account(2, "beta"), "k", "two"),
    ];
    let outcome = harness.append(chunk).await.outcomes.remove(2);
    assert_eq!(repeated(outcome), answered("one", 2));
    assert_eq!(harness.log().await.len(), 2);
}

pub(crate) async fn a_key_without_events_keeps_its_answer(harness: Harness) {
    harness.accepted(record_bet("a", 1)).await;
    let nothing_new = || keyed(AppendRequest::default(), "k", "no change");
    assert_eq!(harness.accepted(nothing_new()).await, Position(1));
    harness.accepted(record_bet("a", 2)).await;
    assert_eq!(
        repeated(harness.append_one(nothing_new()).await),
        answered("no change", 1)
    );
}

pub(crate) async fn a_refused_request_keeps_no_answer(harness: Harness) {
    harness.accepted(given::open_account(1, "alpha")).await;
    harness
        .refused(keyed(given::open_account(2, "alpha"), "k", "one"))
        .await;
    assert_eq!(
        harness.store.idempotent_answer(SCOPE, "k").await.unwrap(),
        None
    );
    harness
        .accepted(keyed(given::open_account(2, "beta"), "k", "two"))
        .await;
    assert_eq!(
        harness.store.idempotent_answer(SCOPE, "k").await.unwrap(),
        Some(answered("two", 2))
    );
}

pub(crate) async fn keys_belong_to_their_scope(harness: Harness) {
    let mut elsewhere = keyed(record_bet("a", 2), "k", "two");
    if let Some(key) = elsewhere.idempotency.as_mut() {
        key.scope = "another".to_owned();
    }
    harness
        .append(vec![keyed(record_bet("a", 1), "k", "one"), elsewhere])
        .await;
    assert_eq!(
        harness.store.idempotent_answer(SCOPE, "k").await.unwrap(),
        Some(answered("one", 1))
    );
    assert_eq!(
        harness
            .store
            .idempotent_answer("another", "k")
            .await
            .unwrap(),
        Some(answered("two", 2))
    );
}
