//! Reading stored rows: by place, by id, by stream, at a time, either way.

use super::{
    given::{self, account_stream, market_stream, record_bet},
    harness::Harness,
};
use crate::{
    clock::Timestamp,
    envelope::{EventRow, Position, Version},
    ids::EventId,
    store::{Order, Span},
};

use Order::{NewestFirst, OldestFirst};

fn positions(rows: &[EventRow]) -> Vec<i64> {
    rows.iter().map(|row| row.position.0).collect()
}

fn log_span(after: i64, up_to: i64) -> Span<Position> {
    Span {
        after: Position(after),
        up_to: Position(up_to),
    }
}

fn versions(after: i64, up_to: i64) -> Span<Version> {
    Span {
        after: Version(after),
        up_to: Version(up_to),
    }
}

pub(crate) async fn rows_are_read_either_way(harness: Harness) {
    let bets = (1..=7).map(|bet| record_bet("a", bet)).collect();
    harness.append(bets).await;
    let read = async |span, order, limit| {
        let rows = harness.store.rows(span, order, limit).await.unwrap();
        positions(&rows)
    };
    assert_eq!(read(Span::<Position>::ALL, OldestFirst, 3).await, [1, 2, 3]);
    assert_eq!(read(Span::<Position>::ALL, NewestFirst, 3).await, [7, 6, 5]);
    assert_eq!(read(log_span(2, 5), OldestFirst, 100).await, [3, 4, 5]);
    assert_eq!(read(log_span(2, 5), NewestFirst, 100).await, [5, 4, 3]);
    assert_eq!(read(log_span(2, 5), NewestFirst, 1).await, [5]);
    for empty in [log_span(5, 5), log_span(6, 2), log_span(7, 100)] {
        assert_eq!(read(empty, NewestFirst, 100).await, [0_i64; 0]);
    }
    let all = harness
        .store
        .rows(Span::<Position>::ALL, OldestFirst, usize::MAX)
        .await
        .unwrap();
    assert_eq!(
        all,
        harness.store.read_rows(Position::START, 100).await.unwrap()
    );
}

pub(crate) async fn rows_are_found_by_their_places_and_ids(harness: Harness) {
    let bets = (1..=300).map(|bet| record_bet("a", bet)).collect();
    harness.append(bets).await;
    let at = async |places: &[i64]| {
        let places: Vec<Position> = places.iter().copied().map(Position).collect();
        positions(&harness.store.rows_at(&places).await.unwrap())
    };
    assert_eq!(at(&[5, 2, 300, 2]).await, [2, 5, 300]);
    assert_eq!(at(&[0, 301, 7]).await, [7]);
    assert_eq!(at(&[]).await, [0_i64; 0]);
    let even: Vec<i64> = (1..=150).map(|half| 2 * half).collect();
    assert_eq!(at(&even).await, even);

    let id = |number| EventId::new(uuid::Uuid::from_u128(number));
    let of = async |ids: &[EventId]| positions(&harness.store.rows_of(ids).await.unwrap());
    assert_eq!(of(&[id(9), id(4), id(9), id(999)]).await, [4, 9]);
    assert_eq!(of(&[]).await, [0_i64; 0]);
}

pub(crate) async fn the_rows_of_a_stream_are_read_either_way(harness: Harness) {
    let game = |bet: u128| if bet.is_multiple_of(2) { "a" } else { "b" };
    let bets = (1..=8).map(|bet| record_bet(game(bet), bet)).collect();
    harness.append(bets).await;
    let stream = market_stream("a");
    let read = async |span, order, limit| {
        let rows = harness.store.stream_rows(&stream, span, order, limit);
        positions(&rows.await.unwrap())
    };
    let all = Span::<Version>::ALL;
    assert_eq!(read(all, OldestFirst, 100).await, [2, 4, 6, 8]);
    assert_eq!(read(all, NewestFirst, 100).await, [8, 6, 4, 2]);
    assert_eq!(read(versions(1, 3), OldestFirst, 100).await, [4, 6]);
    assert_eq!(read(versions(1, 3), NewestFirst, 1).await, [6]);
    assert_eq!(read(versions(4, 9), OldestFirst, 100).await, [0_i64; 0]);
    let none = harness
        .store
        .stream_rows(&account_stream(1), all, NewestFirst, 100)
        .await;
    assert_eq!(none.unwrap(), []);
}

pub(crate) async fn a_stream_has_a_version_at_every_position(harness: Harness) {
    for bet in 1..=40 {
        let game = if bet % 3 == 0 { "a" } else { "b" };
        harness.accepted(record_bet(game, bet)).await;
    }
    for position in 0..=41 {
        let at = Position(position);
        let version = async |stream| harness.store.version_at(&stream, at).await.unwrap();
        let known = position.min(40);
        assert_eq!(version(market_stream("a")).await, Version(known / 3));
        assert_eq!(
            version(market_stream("b")).await,
            Version(known - known / 3)
        );
        assert_eq!(version(account_stream(1)).await, Version::NONE);
    }
}

pub(crate) async fn a_time_is_a_position(harness: Harness) {
    let at = async |micros| {
        let time = Timestamp::from_micros(micros);
        harness.store.position_at(time).await.unwrap().0
    };
    assert_eq!(at(i64::MAX / 4).await, 0);
    for bet in 0..30 {
        let chunk = vec![
            record_bet("a", 2 * bet),
            given::record_bet("b", 2 * bet + 1),
        ];
        harness.append(chunk).await;
    }
    let log = harness.log().await;
    for event in &log {
        let recorded = event.recorded_at.micros();
        let count_until =
            |micros| log.partition_point(|event| event.recorded_at.micros() <= micros);
        assert_eq!(at(recorded).await, count_until(recorded) as i64);
        assert_eq!(at(recorded - 1).await, count_until(recorded - 1) as i64);
    }
    assert_eq!(at(log[0].recorded_at.micros() - 1).await, 0);
    assert_eq!(at(i64::MAX / 4).await, 60);
}
