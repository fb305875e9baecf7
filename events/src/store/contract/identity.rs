//! Which log it is, resets, and ids that are never given twice.

use super::{
    given::{self, account_stream, record_bet},
    harness::Harness,
};
use crate::{
    chain::GENESIS,
    envelope::{Position, Version},
    ids::IdKind,
    store::{LetterQuery, OutcomeCounts, Snapshot},
};

pub(crate) async fn a_reset_empties_the_log_and_raises_its_epoch(harness: Harness) {
    let before = harness.store.identity().await.unwrap();
    assert_eq!(harness.store.head().await.unwrap().identity, before);
    harness
        .accepted(given::keyed(given::open_account(1, "alpha"), "k", "one"))
        .await;
    let snapshot = Snapshot {
        version: Version(1),
        state: "{}".to_owned(),
    };
    harness
        .store
        .save_snapshot(&account_stream(1), 1, snapshot)
        .await
        .unwrap();
    harness
        .store
        .keep_dead_letters(vec![given::dead_letter(1)])
        .await
        .unwrap();

    let after = harness.store.reset().await.unwrap();
    assert_eq!(
        (after.log, after.epoch, after.currency),
        (before.log, before.epoch + 1, before.currency)
    );
    assert_eq!(harness.store.identity().await.unwrap(), after);
    let head = harness.store.head().await.unwrap();
    assert_eq!(
        (head.identity, head.position, head.block_hash),
        (after, Position::START, GENESIS)
    );
    assert_eq!(harness.store.claims().await.unwrap(), []);
    assert_eq!(
        harness
            .store
            .load_snapshot(&account_stream(1), 1)
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        harness
            .store
            .idempotent_answer("tester POST /things", "k")
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        harness
            .store
            .dead_letters(&LetterQuery::newest(10))
            .await
            .unwrap(),
        Vec::new()
    );
    assert_eq!(
        harness.store.outcome_counts().await.unwrap(),
        OutcomeCounts::default()
    );
    assert_eq!(
        harness
            .store
            .read_blocks(Position::START, 10)
            .await
            .unwrap(),
        Vec::new()
    );
}

pub(crate) async fn after_a_reset_the_log_starts_again(harness: Harness) {
    harness
        .append(vec![given::open_account(1, "alpha"), record_bet("a", 1)])
        .await;
    harness.store.reset().await.unwrap();
    let outcome = harness
        .append(vec![given::open_account(1, "alpha"), record_bet("a", 1)])
        .await;
    assert_eq!(outcome.committed.unwrap().last(), Position(2));
    assert_eq!(harness.verify().await, Ok(1));
    super::immutability::nothing_can_be_changed(&harness).await;
}

pub(crate) async fn ids_are_never_given_twice(harness: Harness) {
    let mut harness = harness;
    for kind in IdKind::ALL {
        let mut last = 0;
        for round in 0..3 {
            for count in [1, 2, 500] {
                let ids = harness.store.reserve_ids(kind, count).await.unwrap();
                assert_eq!(ids.len(), count);
                assert!(
                    ids[0] > last && ids.is_sorted_by(|a, b| a < b),
                    "{kind:?} {last} {ids:?}"
                );
                last = ids[count - 1];
            }
            match round {
                0 => {
                    harness.store.reset().await.unwrap();
                }
                _ => harness = harness.reopen().await,
            }
        }
    }
}

pub(crate) async fn ids_move_past_what_was_imported(harness: Harness) {
    harness
        .store
        .advance_ids(IdKind::Batch, 1_000)
        .await
        .unwrap();
    harness.store.advance_ids(IdKind::Batch, 10).await.unwrap();
    let first = harness.store.reserve_ids(IdKind::Batch, 1).await.unwrap()[0];
    assert!(first > 1_000, "{first}");
    harness
        .store
        .advance_ids(IdKind::Batch, 5_000)
        .await
        .unwrap();
    let harness = harness.reopen().await;
    let next = harness.store.reserve_ids(IdKind::Batch, 2).await.unwrap();
    assert!(next[0] > 5_000 && next[1] > next[0], "{next:?}");
    assert_eq!(
        harness.store.reserve_ids(IdKind::Account, 1).await.unwrap(),
        [1]
    );
    assert_eq!(
        harness.store.reserve_ids(IdKind::Account, 0).await.unwrap(),
        [0_i64; 0]
    );
}
