//! What is kept beside the log: snapshots and dead letters.

use super::{
    given::{self, account_stream, dead_letter},
    harness::Harness,
};
use crate::{envelope::Version, store::Snapshot};

fn snapshot(version: i64, state: &str) -> Snapshot {
    Snapshot {
        version: Version(version),
        state: state.to_owned(),
    }
}

pub(crate) async fn a_snapshot_replaces_the_one_before(harness: Harness) {
    let stream = account_stream(1);
    assert_eq!(harness.store.load_snapshot(&stream, 1).await.unwrap(), None);
    harness
        .store
        .save_snapshot(&stream, 1, snapshot(3, r#"{"a":1}"#))
        .await
        .unwrap();
    harness
        .store
        .save_snapshot(&stream, 1, snapshot(5, r#"{"a":2}"#))
        .await
        .unwrap();
    assert_eq!(
        harness.store.load_snapshot(&stream, 1).await.unwrap(),
        Some(snapshot(5, r#"{"a":2}"#))
    );
    assert_eq!(
        harness
            .store
            .load_snapshot(&account_stream(2), 1)
            .await
            .unwrap(),
        None
    );
    harness
        .store
        .save_snapshot(&stream, 1, snapshot(4, r#"{"late":true}"#))
        .await
        .unwrap();
    assert_eq!(
        harness.store.load_snapshot(&stream, 1).await.unwrap(),
        Some(snapshot(5, r#"{"a":2}"#))
    );
}

pub(crate) async fn a_snapshot_is_keyed_by_its_schema(harness: Harness) {
    let stream = given::batch_stream(1);
    harness
        .store
        .save_snapshot(&stream, 1, snapshot(3, r#"{"old":1}"#))
        .await
        .unwrap();
    assert_eq!(harness.store.load_snapshot(&stream, 2).await.unwrap(), None);
    harness
        .store
        .save_snapshot(&stream, 2, snapshot(3, r#"{"new":1}"#))
        .await
        .unwrap();
    assert_eq!(
        harness.store.load_snapshot(&stream, 2).await.unwrap(),
        Some(snapshot(3, r#"{"new":1}"#))
    );
}

pub(crate) async fn a_dead_letter_is_kept_once(harness: Harness) {
    harness
        .store
        .keep_dead_letters(vec![dead_letter(7), dead_letter(7)])
        .await
        .unwrap();
    let again = crate::store::NewDeadLetter {
        reason: "another".to_owned(),
        ..dead_letter(7)
    };
    harness.store.keep_dead_letters(vec![again]).await.unwrap();
    harness.store.keep_dead_letters(Vec::new()).await.unwrap();
    let kept = harness.store.dead_letters(None, 10).await.unwrap();
    assert_eq!(
        kept.iter()
            .map(|kept| kept.letter.clone())
            .collect::<Vec<_>>(),
        [dead_letter(7)]
    );
}

pub(crate) async fn dead_letters_are_listed_newest_first(harness: Harness) {
    harness
        .store
        .keep_dead_letters((1..=5).map(dead_letter).collect())
        .await
        .unwrap();
    let sequences = |kept: &[crate::store::DeadLetter]| {
        kept.iter()
            .map(|kept| kept.letter.sequence)
            .collect::<Vec<_>>()
    };
    let newest = harness.store.dead_letters(None, 2).await.unwrap();
    assert_eq!(sequences(&newest), [5, 4]);
    let older = harness
        .store
        .dead_letters(Some(newest[1].id), 10)
        .await
        .unwrap();
    assert_eq!(sequences(&older), [3, 2, 1]);
}
