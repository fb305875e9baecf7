//! Many writers and readers at once.

use std::sync::Arc;

use super::{
    given::{self, exactly, market_bet, market_stream, record_bet, write},
    harness::Harness,
};
use crate::{
    envelope::{Position, Version},
    ids::IdKind,
    store::{AppendOutcome, EventStore, Expected, Follow, Refusal},
};

const WRITERS: u128 = 6;
const CHUNKS: u128 = 40;
const BETS: u128 = 3;

async fn write_chunks(store: Arc<dyn EventStore>, writer: u128) {
    for chunk in 0..CHUNKS {
        let first = (writer * CHUNKS + chunk) * BETS;
        let game = format!("game-{}", writer % 2);
        let requests = (first..first + BETS)
            .map(|bet| record_bet(&game, bet))
            .collect();
        let outcome = store.append(requests).await.unwrap();
        assert!(
            outcome
                .outcomes
                .iter()
                .all(|outcome| matches!(outcome, AppendOutcome::Appended { .. }))
        );
    }
}

/// Follows by polling the head, as a projection does, until it has seen everything.
async fn follow(store: Arc<dyn EventStore>) {
    let total = (WRITERS * CHUNKS * BETS) as i64;
    let mut seen = Position::START;
    while seen.0 < total {
        let head = store.head().await.unwrap();
        let events = store
            .read_after(seen, head.position, usize::MAX, Follow::All)
            .await
            .unwrap();
        let positions: Vec<i64> = events.iter().map(|event| event.position.0).collect();
        assert_eq!(
            positions,
            (seen.0 + 1..=head.position.0).collect::<Vec<_>>()
        );
        seen = head.position;
        tokio::task::yield_now().await;
    }
}

pub(crate) async fn a_reader_never_misses_nor_reorders_an_event(harness: Harness) {
    let followers: Vec<_> = (0..2)
        .map(|_| tokio::spawn(follow(harness.store.clone())))
        .collect();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| tokio::spawn(write_chunks(harness.store.clone(), writer)))
        .collect();
    for task in writers.into_iter().chain(followers) {
        task.await.unwrap();
    }
    for game in ["game-0", "game-1"] {
        let stream = harness.stream(&market_stream(game)).await;
        let versions: Vec<i64> = stream.iter().map(|event| event.version.0).collect();
        assert_eq!(
            versions,
            (1..=(WRITERS / 2 * CHUNKS * BETS) as i64).collect::<Vec<_>>()
        );
        assert!(stream.is_sorted_by_key(|event| event.position));
    }
    assert_eq!(harness.verify().await, Ok((WRITERS * CHUNKS) as usize));
}

/// Each writer names the version that it read; whoever comes second meets a conflict and tries
/// again on the version that the conflict names.
pub(crate) async fn writers_of_one_stream_never_share_a_version(harness: Harness) {
    let attempt = |store: Arc<dyn EventStore>, writer: u128| async move {
        let mut expected = Expected::NoStream;
        let mut bet = writer * 1_000;
        let last_bet = bet + 20;
        while bet < last_bet {
            let request = write(market_stream("a"), expected, [market_bet("a", bet, 100)]);
            match store
                .append(vec![request])
                .await
                .unwrap()
                .outcomes
                .remove(0)
            {
                AppendOutcome::Appended { versions, .. } => {
                    bet += 1;
                    expected = Expected::Exactly(versions[0]);
                }
                AppendOutcome::Refused(Refusal::Conflict { actual, .. }) => {
                    expected = Expected::Exactly(actual)
                }
                other => panic!("{other:?}"),
            }
        }
    };
    let writers: Vec<_> = (0..4)
        .map(|writer| tokio::spawn(attempt(harness.store.clone(), writer)))
        .collect();
    for task in writers {
        task.await.unwrap();
    }
    let stream = harness.stream(&market_stream("a")).await;
    assert_eq!(stream.len(), 80);
    assert_eq!(stream.last().map(|event| event.version), Some(Version(80)));
    let next = write(
        market_stream("a"),
        exactly(80),
        [given::market_bet("a", 9_999_999, 1)],
    );
    harness.accepted(next).await;
}

pub(crate) async fn ids_given_at_once_never_meet(harness: Harness) {
    let reserve = |store: Arc<dyn EventStore>| async move {
        let mut ids = Vec::new();
        for count in [1, 3, 300, 1, 7] {
            let reserved = store.reserve_ids(IdKind::Bet, count).await.unwrap();
            assert_eq!(reserved.len(), count);
            ids.extend(reserved);
        }
        ids
    };
    let tasks: Vec<_> = (0..8)
        .map(|_| tokio::spawn(reserve(harness.store.clone())))
        .collect();
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.unwrap());
    }
    let given = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!((all.len(), given), (8 * 312, 8 * 312));
    assert!(all[0] >= 1);
}
