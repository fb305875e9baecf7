//! After a lost connection the store works again by itself.

use std::time::{Duration, Instant};

use betstream_test_proxy::Proxy;

use super::TestDatabase;
use crate::{
    envelope::Position,
    money::Currency,
    store::{
        AppendEvents, FollowLog, StoreError,
        contract::given::record_bet,
        postgres::{PostgresOptions, PostgresStore},
    },
};

const END_ALL_OTHERS: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
    WHERE datname = current_database() AND pid <> pg_backend_pid()";

const COUNT_OTHERS: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";

#[tokio::test]
async fn an_append_after_its_backend_was_ended_works() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let admin = database.raw().await;
    for bet in 1..=5 {
        store.append(vec![record_bet("a", bet)]).await.unwrap();
        assert_eq!(store.head().await.unwrap().position, Position(bet as i64));
        admin.batch_execute(END_ALL_OTHERS).await.unwrap();
        while admin
            .query_one(COUNT_OTHERS, &[])
            .await
            .unwrap()
            .get::<_, i64>(0)
            > 0
        {}
    }
    assert_eq!(store.head().await.unwrap().position, Position(5));
}

/// Whatever is answered while backends are ended at random is true.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_is_false_while_backends_are_ended() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let admin = database.raw().await;
    let ending = tokio::spawn(async move {
        for _ in 0..40 {
            admin.batch_execute(END_ALL_OTHERS).await.unwrap();
            admin.batch_execute("SELECT pg_sleep(0.02)").await.unwrap();
        }
    });
    let (mut appended, mut undone, mut bet) = (0, 0, 0_u128);
    while !ending.is_finished() {
        bet += 1;
        match store.append(vec![record_bet("a", bet)]).await {
            Ok(outcome) => {
                appended += 1;
                assert_eq!(outcome.committed.unwrap().last(), Position(appended));
            }
            Err(StoreError::Unavailable { .. }) => undone += 1,
            Err(error) => panic!("{error}"),
        }
    }
    ending.await.unwrap();
    store.append(vec![record_bet("a", bet + 1)]).await.unwrap();
    assert_eq!(
        store.head().await.unwrap().position,
        Position(appended + 1),
        "{undone} undone"
    );
}

#[tokio::test]
async fn a_server_that_is_gone_is_answered_within_a_bounded_time() {
    let database = TestDatabase::create().await;
    let (proxy, url) = Proxy::before_url(&database.url).await;
    let options = PostgresOptions {
        connect_timeout: Duration::from_millis(500),
        ..PostgresOptions::default()
    };
    let store = PostgresStore::connect_with(&url, Currency::USD, options)
        .await
        .unwrap();
    store.append(vec![record_bet("a", 1)]).await.unwrap();
    proxy.stop();
    let began = Instant::now();
    assert!(matches!(
        store.append(vec![record_bet("a", 2)]).await,
        Err(StoreError::Unavailable { .. })
    ));
    assert!(matches!(
        store.head().await,
        Err(StoreError::Unavailable { .. })
    ));
    assert!(began.elapsed() < Duration::from_secs(5));
    proxy.start();
    store.append(vec![record_bet("a", 2)]).await.unwrap();
    assert_eq!(store.head().await.unwrap().position, Position(2));
}
