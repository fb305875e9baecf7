//! A process that was stopped in the middle of its append does not stop the others; one that works
//! is never ended.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::SinkExt;
use tokio_postgres::Client;

use super::TestDatabase;
use crate::store::{
    AppendEvents, FollowLog, StoreError,
    contract::given::record_bet,
    postgres::{PostgresOptions, append::LOG_LOCK, sql},
};

/// Takes the lock in a transaction, as an append does.
async fn holding_the_lock(database: &TestDatabase) -> Client {
    let client = database.raw().await;
    client
        .batch_execute(&format!("BEGIN; SELECT pg_advisory_xact_lock({LOG_LOCK})"))
        .await
        .unwrap();
    client
}

fn impatient() -> PostgresOptions {
    PostgresOptions {
        lock_patience: Duration::from_millis(300),
        ..PostgresOptions::default()
    }
}

#[tokio::test]
async fn a_holder_that_was_stopped_between_two_statements_is_removed() {
    let database = TestDatabase::create().await;
    let store = database.store_with(impatient()).await;
    let stopped = holding_the_lock(&database).await;
    let began = Instant::now();
    store.append(vec![record_bet("a", 1)]).await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(5));
    assert!(stopped.batch_execute("COMMIT").await.is_err());
}

#[tokio::test]
async fn a_holder_that_was_stopped_inside_its_copy_is_removed() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let stopped = holding_the_lock(&database).await;
    let copy = Box::pin(stopped.copy_in::<_, Bytes>(sql::COPY_EVENTS).await.unwrap());
    let began = Instant::now();
    store.append(vec![record_bet("a", 1)]).await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(8));
    assert_eq!(store.head().await.unwrap().position.0, 1);
    let mut copy = copy;
    let _too_late = copy.as_mut().send(Bytes::from_static(b"PGCOPY\n")).await;
    assert!(copy.as_mut().finish().await.is_err());
}

#[tokio::test]
async fn a_holder_that_works_is_left_alone() {
    let database = TestDatabase::create().await;
    let options = PostgresOptions {
        append_deadline: Duration::from_secs(3),
        ..impatient()
    };
    let store = database.store_with(options).await;
    let working = holding_the_lock(&database).await;
    let work =
        tokio::spawn(async move { working.batch_execute("SELECT pg_sleep(6); COMMIT").await });
    let began = Instant::now();
    let refused = store.append(vec![record_bet("a", 1)]).await.unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(5));
    let StoreError::Unavailable { reason } = &refused else {
        panic!("{refused}")
    };
    assert!(
        reason.contains("the log's lock is held by backend") && reason.contains("PgSleep"),
        "{reason}"
    );
    work.await.unwrap().unwrap();
    store.append(vec![record_bet("a", 1)]).await.unwrap();
}
