//! Reading the log and its streams in order.

use std::ops::ControlFlow;

use super::{
    given::{self, account_stream, market_stream, record_bet},
    harness::Harness,
};
use crate::{
    envelope::{Position, RecordedEvent, Version},
    event::EventType,
    store::{Follow, RowRef},
};

fn positions(events: &[RecordedEvent]) -> Vec<i64> {
    events.iter().map(|event| event.position.0).collect()
}

pub(crate) async fn events_are_read_from_a_position(harness: Harness) {
    assert_eq!(
        harness.store.head().await.unwrap().block_hash,
        crate::chain::GENESIS
    );
    for bet in 1..=7 {
        harness.accepted(record_bet("a", bet)).await;
    }
    let read = |after, up_to, limit| {
        harness
            .store
            .read_after(Position(after), Position(up_to), limit, Follow::All)
    };
    assert_eq!(
        positions(&read(0, 7, 100).await.unwrap()),
        [1, 2, 3, 4, 5, 6, 7]
    );
    assert_eq!(positions(&read(2, 7, 3).await.unwrap()), [3, 4, 5]);
    assert_eq!(positions(&read(2, 4, 100).await.unwrap()), [3, 4]);
    assert_eq!(positions(&read(7, 7, 100).await.unwrap()), [0_i64; 0]);
    assert_eq!(positions(&read(5, 100, 100).await.unwrap()), [6, 7]);
    let rows = harness.store.read_rows(Position(4), 2).await.unwrap();
    assert_eq!(
        rows.iter().map(|row| row.position.0).collect::<Vec<_>>(),
        [5, 6]
    );
}

pub(crate) async fn the_desk_is_read_without_the_markets(harness: Harness) {
    let account = given::open_account(1, "alpha");
    harness
        .append(vec![
            record_bet("a", 1),
            account,
            record_bet("a", 2),
            given::create_batch(5, 1, None),
        ])
        .await;
    harness
        .append(vec![
            record_bet("a", 3),
            given::submit_batch(5, 1, None),
            record_bet("a", 4),
        ])
        .await;
    let read = |after, up_to, limit| {
        harness
            .store
            .read_after(Position(after), Position(up_to), limit, Follow::Desk)
    };
    let desk = read(0, 7, 100).await.unwrap();
    assert_eq!(positions(&desk), [2, 4, 6]);
    assert!(
        desk.iter()
            .all(|event| event.event.event_type().concerns_desk())
    );
    assert_eq!(positions(&read(2, 7, 1).await.unwrap()), [4]);
    assert_eq!(positions(&read(2, 5, 100).await.unwrap()), [4]);
    assert_eq!(desk[2].event.event_type(), EventType::BatchSubmitted);
}

pub(crate) async fn a_stream_is_read_from_a_version(harness: Harness) {
    harness
        .append(
            (1..=6)
                .map(|bet| record_bet(if bet % 2 == 0 { "a" } else { "b" }, bet))
                .collect(),
        )
        .await;
    let read = |after, limit| {
        let store = &harness.store;
        async move {
            store
                .read_stream(&market_stream("a"), Version(after), limit)
                .await
                .unwrap()
        }
    };
    assert_eq!(positions(&read(0, 100).await), [2, 4, 6]);
    assert_eq!(positions(&read(1, 1).await), [4]);
    assert_eq!(positions(&read(3, 100).await), [0_i64; 0]);
    assert!(harness.stream(&account_stream(1)).await.is_empty());
}

pub(crate) async fn long_reads_come_back_whole(harness: Harness) {
    let bets: u128 = 1_500;
    harness
        .append((1..=bets).map(|bet| record_bet("a", bet)).collect())
        .await;
    assert_eq!(harness.log().await.len(), bets as usize);
    assert_eq!(
        harness.stream(&market_stream("a")).await.len(),
        bets as usize
    );
    assert_eq!(
        harness
            .store
            .read_rows(Position::START, 1_000)
            .await
            .unwrap()
            .len(),
        1_000
    );
}

pub(crate) async fn recorded_at_never_runs_back(harness: Harness) {
    for bet in 0..20 {
        harness
            .append(vec![record_bet("a", 2 * bet), record_bet("b", 2 * bet + 1)])
            .await;
    }
    let log = harness.log().await;
    assert!(log.is_sorted_by_key(|event| event.recorded_at));
    assert!(log.iter().all(|event| event.recorded_at.micros() > 0));
}

pub(crate) async fn a_stretch_is_scanned_row_by_row(harness: Harness) {
    let mut bets = Vec::new();
    for bet in 1..=50 {
        bets.push(record_bet("a", bet));
    }
    harness.append(bets).await;
    let kept = harness.store.read_rows(Position(0), 100).await.unwrap();
    for (after, up_to) in [(0, 50), (3, 40), (49, 1_000), (50, 50), (60, 70)] {
        let mut found = Vec::new();
        let mut visit = |row: &RowRef<'_>| {
            found.push(row.to_row());
            ControlFlow::Continue(())
        };
        harness
            .store
            .scan(Position(after), Position(up_to), &mut visit)
            .await
            .unwrap();
        let wanted = kept
            .iter()
            .filter(|row| row.position.0 > after && row.position.0 <= up_to);
        assert_eq!(found, wanted.cloned().collect::<Vec<_>>());
    }
    // A break ends it, and the store is as good as before.
    let mut seen = 0;
    let mut visit = |row: &RowRef<'_>| {
        seen = row.position.0;
        assert_eq!(row.decode().unwrap().position, row.position);
        if seen == 7 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let scanned = harness
        .store
        .scan(Position(0), Position(50), &mut visit)
        .await;
    scanned.unwrap();
    assert_eq!((seen, harness.log().await.len()), (7, 50));
}
