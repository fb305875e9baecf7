//! What a store finds when it is opened again.

use super::{
    given::{self, account_stream, exactly, record_bet},
    harness::Harness,
};
use crate::{
    envelope::{Position, Version},
    store::{AppendOutcome, LetterQuery, Refusal, Snapshot, Tally},
};

pub(crate) async fn a_reopened_store_finds_everything(harness: Harness) {
    let bet = crate::store::AppendRequest {
        tally: Tally::Bet,
        ..record_bet("a", 1)
    };
    harness
        .append(vec![
            given::keyed(given::open_account(1, "alpha"), "k", "one"),
            bet,
        ])
        .await;
    let snapshot = Snapshot {
        version: Version(1),
        state: "{}".to_owned(),
    };
    harness
        .store
        .save_snapshot(&account_stream(1), 3, snapshot.clone())
        .await
        .unwrap();
    harness
        .store
        .keep_dead_letters(vec![given::dead_letter(1)])
        .await
        .unwrap();
    let (log, head) = (harness.log().await, harness.store.head().await.unwrap());
    let (claims, counts) = (
        harness.store.claims().await.unwrap(),
        harness.store.outcome_counts().await.unwrap(),
    );
    let letters = harness
        .store
        .dead_letters(&LetterQuery::newest(10))
        .await
        .unwrap();

    let harness = harness.reopen().await;
    assert_eq!(
        (harness.log().await, harness.store.head().await.unwrap()),
        (log, head)
    );
    assert_eq!(harness.store.claims().await.unwrap(), claims);
    assert_eq!(harness.store.outcome_counts().await.unwrap(), counts);
    assert_eq!(
        harness
            .store
            .dead_letters(&LetterQuery::newest(10))
            .await
            .unwrap(),
        letters
    );
    assert_eq!(
        harness
            .store
            .load_snapshot(&account_stream(1), 3)
            .await
            .unwrap(),
        Some(snapshot)
    );
    let again = harness
        .append_one(given::keyed(given::open_account(2, "beta"), "k", "two"))
        .await;
    assert!(matches!(again, AppendOutcome::AlreadyAnswered(answer) if &*answer.answer == "one"));
}

pub(crate) async fn a_reopened_store_goes_on_where_it_was(harness: Harness) {
    harness
        .append(vec![given::open_account(1, "alpha"), record_bet("a", 1)])
        .await;
    let harness = harness.reopen().await;
    assert!(matches!(
        harness.refused(record_bet("a", 1)).await,
        Refusal::KnownEventId { .. }
    ));
    assert!(matches!(
        harness.refused(given::open_account(2, "alpha")).await,
        Refusal::ClaimRefused { .. }
    ));
    let next = given::write(
        account_stream(1),
        exactly(1),
        [given::renamed(1, "alpha", "beta")],
    );
    assert_eq!(harness.accepted(next).await, Position(3));
    assert_eq!(harness.accepted(record_bet("a", 2)).await, Position(4));
    assert!(
        harness
            .log()
            .await
            .is_sorted_by_key(|event| event.recorded_at)
    );
    assert_eq!(harness.verify().await, Ok(3));
}
