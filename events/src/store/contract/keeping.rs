//! What is kept beside the log: snapshots and dead letters.

use uuid::Uuid;

use super::{
    given::{self, account_stream, dead_letter},
    harness::Harness,
};
use crate::{
    dead_letter::{LetterState, RetryOutcome},
    envelope::{Position, Version},
    ids::{DeadLetterId, IdKind},
    store::{DeadLetter, KeptAnswer, LetterQuery, ListedLetter, NewDeadLetter, Snapshot},
};

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
    let again = NewDeadLetter {
        reason: "another".to_owned(),
        ..dead_letter(7)
    };
    harness.store.keep_dead_letters(vec![again]).await.unwrap();
    harness.store.keep_dead_letters(Vec::new()).await.unwrap();
    let kept = harness
        .store
        .dead_letters(&LetterQuery::newest(10))
        .await
        .unwrap();
    assert_eq!(
        kept.iter()
            .map(|kept| kept.letter.clone())
            .collect::<Vec<_>>(),
        [dead_letter(7)]
    );
}

pub(crate) async fn dead_letters_are_listed_newest_first(harness: Harness) {
    keep(&harness, (1..=5).map(dead_letter)).await;
    let newest = listed(&harness, LetterQuery::newest(2)).await;
    assert_eq!(sequences(&newest), [5, 4]);
    let older = LetterQuery {
        before: Some(newest[1].id),
        ..LetterQuery::newest(10)
    };
    assert_eq!(sequences(&listed(&harness, older).await), [3, 2, 1]);
}

pub(crate) async fn a_dead_letter_is_found_whole_by_its_id(harness: Harness) {
    let large = NewDeadLetter {
        bytes: (0..NewDeadLetter::MAX_BYTES).map(|at| at as u8).collect(),
        ..dead_letter(2)
    };
    keep(&harness, [dead_letter(1), large.clone()]).await;
    let newest = listed(&harness, LetterQuery::newest(2)).await;
    assert_eq!(newest[0].kept_bytes, NewDeadLetter::MAX_BYTES);
    assert_eq!(
        newest[0].letter.bytes,
        large.bytes[..ListedLetter::HEAD_BYTES]
    );
    for (id, expected) in [(newest[0].id, large), (newest[1].id, dead_letter(1))] {
        let found = harness.store.dead_letter(id).await.unwrap().unwrap();
        assert_eq!((found.id, found.letter), (id, expected));
    }
    let unknown = DeadLetterId::new(newest[0].id.get() + 1);
    assert_eq!(harness.store.dead_letter(unknown).await.unwrap(), None);
}

pub(crate) async fn dead_letters_are_listed_by_state_and_reason(harness: Harness) {
    let other = NewDeadLetter {
        reason: "too_deep".to_owned(),
        ..dead_letter(5)
    };
    keep(&harness, (1..=4).map(dead_letter).chain([other])).await;
    let ids: Vec<DeadLetterId> = listed(&harness, LetterQuery::newest(5))
        .await
        .iter()
        .rev()
        .map(|kept| kept.id)
        .collect();
    let unreadable = || RetryOutcome::Unreadable {
        reason: "not_json".to_owned(),
        detail: "still".to_owned(),
    };
    let recorded = RetryOutcome::Recorded {
        bet_id: Uuid::from_u128(7),
        position: Position(1),
    };
    for request in [
        given::retry_letter(ids[0], 1, unreadable()),
        given::retry_letter(ids[0], 2, recorded),
        given::retry_letter(ids[1], 1, unreadable()),
        given::discard_letter(ids[2], 1),
    ] {
        harness.accepted(request).await;
    }
    let any = LetterQuery::newest(10);
    let of_state = |state| LetterQuery {
        state: Some(state),
        ..LetterQuery::newest(10)
    };
    let of_reason = LetterQuery {
        reason: Some("not_json".to_owned()),
        ..of_state(LetterState::Waiting)
    };
    let nothing = LetterQuery {
        reason: Some("nul\0".to_owned()),
        ..any.clone()
    };
    let limited = LetterQuery {
        limit: 1,
        ..of_state(LetterState::Waiting)
    };
    let table: [(LetterQuery, &[u64]); 7] = [
        (any, &[5, 4, 3, 2, 1]),
        (of_state(LetterState::Waiting), &[5, 4, 2]),
        (of_state(LetterState::Settled), &[1]),
        (of_state(LetterState::Discarded), &[3]),
        (of_reason, &[4, 2]),
        (limited, &[5]),
        (nothing, &[]),
    ];
    for (query, expected) in table {
        let found = listed(&harness, query.clone()).await;
        assert_eq!(sequences(&found), expected, "{query:?}");
        if let Some(state) = query.state {
            assert!(found.iter().all(|kept| kept.state == state), "{query:?}");
        }
    }
}

async fn keep(harness: &Harness, letters: impl IntoIterator<Item = NewDeadLetter>) {
    let letters = letters.into_iter().collect();
    harness.store.keep_dead_letters(letters).await.unwrap();
}

async fn listed(harness: &Harness, query: LetterQuery) -> Vec<ListedLetter> {
    harness.store.dead_letters(&query).await.unwrap()
}

fn sequences(kept: &[ListedLetter]) -> Vec<u64> {
    kept.iter().map(|kept| kept.letter.sequence).collect()
}

pub(crate) async fn everything_kept_is_read_in_pages(harness: Harness) {
    let store = &harness.store;
    for sequence in 1..=5 {
        let letter = vec![given::dead_letter(sequence)];
        store.keep_dead_letters(letter).await.unwrap();
        let request = given::keyed(
            given::record_bet("a", sequence.into()),
            &format!("k{sequence}"),
            "one",
        );
        harness.append_one(request).await;
    }
    let (mut letters, mut answers) = (Vec::new(), Vec::<KeptAnswer>::new());
    loop {
        let after = letters
            .last()
            .map_or(DeadLetterId::new(0), |letter: &DeadLetter| letter.id);
        let page = store.letters_after(after, 2).await.unwrap();
        if page.is_empty() {
            break;
        }
        letters.extend(page);
    }
    loop {
        let after = answers.last().map(|answer| &answer.key);
        let after = after.map_or(("", ""), |key| (key.scope.as_str(), key.key.as_str()));
        let page = store.answers_after(after, 2).await.unwrap();
        if page.is_empty() {
            break;
        }
        answers.extend(page);
    }
    let sequences: Vec<_> = letters.iter().map(|kept| kept.letter.sequence).collect();
    assert_eq!(sequences, [1, 2, 3, 4, 5]);
    assert_eq!(letters[4].letter, given::dead_letter(5));
    let keys: Vec<_> = answers.iter().map(|kept| kept.key.key.as_str()).collect();
    assert_eq!(keys, ["k1", "k2", "k3", "k4", "k5"]);
    assert_eq!(answers[4].position, Position(5));
}

pub(crate) async fn ids_that_were_given_are_known(harness: Harness) {
    let store = &harness.store;
    let used = store.used_ids().await.unwrap();
    assert_eq!(used, IdKind::ALL.map(|kind| (kind, 0)));
    let given = store.reserve_ids(IdKind::Batch, 3).await.unwrap();
    let used = store.used_ids().await.unwrap();
    let (kind, last) = used[1];
    assert_eq!(kind, IdKind::Batch);
    assert!(last >= given[2], "{last} {given:?}");
}
