//! What follows from the clock.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering::Relaxed},
};

use super::FreshFile;
use crate::{
    clock::{Clock, Timestamp},
    envelope::Position,
    money::Currency,
    store::{
        AppendEvents, AppendOutcome, Follow, FollowLog, ReadStream,
        contract::given::{keyed, record_bet},
        sqlite::SqliteStore,
    },
};

const HOUR_MICROS: i64 = 3_600_000_000;

/// A clock that a test sets.
struct SetClock(AtomicI64);

impl SetClock {
    fn at_hour(hour: i64) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(hour * HOUR_MICROS)))
    }

    fn set_hour(&self, hour: i64) {
        self.0.store(hour * HOUR_MICROS, Relaxed);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Relaxed))
    }
}

fn open(file: &FreshFile, clock: &Arc<SetClock>) -> SqliteStore {
    SqliteStore::open_with_clock(&file.path(), Currency::USD, clock.clone()).unwrap()
}

#[tokio::test]
async fn recorded_at_waits_for_a_clock_that_was_set_back() {
    let (file, clock) = (FreshFile::new(), SetClock::at_hour(10));
    let store = open(&file, &clock);
    store.append(vec![record_bet("a", 1)]).await.unwrap();
    clock.set_hour(4);
    store.append(vec![record_bet("a", 2)]).await.unwrap();
    drop(store);
    let store = open(&file, &clock);
    store.append(vec![record_bet("a", 3)]).await.unwrap();
    clock.set_hour(11);
    store.append(vec![record_bet("a", 4)]).await.unwrap();
    let log = store
        .read_after(Position::START, Position(4), 10, Follow::All)
        .await
        .unwrap();
    let hours: Vec<i64> = log
        .iter()
        .map(|event| event.recorded_at.micros() / HOUR_MICROS)
        .collect();
    assert_eq!(hours, [10, 10, 10, 11]);
}

#[tokio::test]
async fn an_answer_is_forgotten_after_48_hours() {
    let (file, clock) = (FreshFile::new(), SetClock::at_hour(100));
    let store = open(&file, &clock);
    let known = async || {
        store
            .idempotent_answer("tester POST /things", "k")
            .await
            .unwrap()
    };
    store
        .append(vec![keyed(record_bet("a", 1), "k", "one")])
        .await
        .unwrap();
    clock.set_hour(148);
    assert!(known().await.is_some());
    clock.set_hour(149);
    assert!(known().await.is_none());
    let outcome = store
        .append(vec![keyed(record_bet("a", 2), "k", "two")])
        .await
        .unwrap();
    assert!(matches!(
        outcome.outcomes[0],
        AppendOutcome::Appended { .. }
    ));
    assert_eq!(
        known()
            .await
            .map(|answer| answer.answer.to_string())
            .as_deref(),
        Some("two")
    );
}

#[tokio::test]
async fn forgotten_answers_are_removed_in_passing() {
    let (file, clock) = (FreshFile::new(), SetClock::at_hour(0));
    let store = open(&file, &clock);
    let keep = async |bets: std::ops::Range<u128>| {
        let chunk = bets
            .map(|bet| keyed(record_bet("a", bet), &bet.to_string(), "one"))
            .collect();
        store.append(chunk).await.unwrap();
    };
    let kept = async || {
        let count = |connection: &rusqlite::Connection| {
            let sql = "SELECT count(*) FROM idempotency_keys";
            Ok(connection
                .query_row(sql, [], |row| row.get::<_, i64>(0))
                .unwrap())
        };
        store.readers.point(count).await.unwrap()
    };
    keep(0..150).await;
    clock.set_hour(49);
    keep(150..151).await;
    assert_eq!(kept().await, 51);
    keep(151..152).await;
    assert_eq!(kept().await, 2);
}
