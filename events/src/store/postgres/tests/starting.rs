//! What a start makes of the database it finds.

use super::TestDatabase;
use crate::{
    money::Currency,
    store::{
        AppendEvents, FollowLog, StoreError,
        contract::given::record_bet,
        postgres::{PostgresReader, PostgresStore},
    },
};

async fn unusable(database: &TestDatabase, currency: Currency) -> String {
    match PostgresStore::connect(&database.url, currency).await {
        Err(StoreError::Unusable(why)) => why,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("the database was taken"),
    }
}

async fn unread(database: &TestDatabase) -> String {
    match PostgresReader::connect(&database.url).await {
        Err(StoreError::Unusable(why)) => why,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("the database was read"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_start_together_migrate_once() {
    let database = TestDatabase::create().await;
    let (one, other, third) = tokio::join!(database.store(), database.store(), database.store());
    let identity = one.identity().await.unwrap();
    assert_eq!(other.identity().await.unwrap(), identity);
    assert_eq!(third.identity().await.unwrap(), identity);
    assert_eq!(identity.epoch, 1);
}

#[tokio::test]
async fn the_database_of_the_stream_engine_is_refused_with_its_cure() {
    let database = TestDatabase::create().await;
    database
        .raw()
        .await
        .batch_execute("CREATE TABLE bets (id uuid PRIMARY KEY, game_id text)")
        .await
        .unwrap();
    let why = unusable(&database, Currency::USD).await;
    assert!(why.contains("betstream migrate-from postgres://"), "{why}");
    let tables = database
        .raw()
        .await
        .query("SELECT FROM pg_tables WHERE schemaname = 'public'", &[])
        .await
        .unwrap();
    assert_eq!(tables.len(), 1);
}

#[tokio::test]
async fn a_log_beside_a_table_of_bets_is_opened() {
    let database = TestDatabase::create().await;
    drop(database.store().await);
    database
        .raw()
        .await
        .batch_execute("CREATE TABLE bets (id uuid PRIMARY KEY)")
        .await
        .unwrap();
    database.store().await.identity().await.unwrap();
}

#[tokio::test]
async fn the_first_event_fixes_the_currency() {
    let database = TestDatabase::create().await;
    let euro: Currency = "EUR".parse().unwrap();
    let dollars = database.store().await;
    let euros = PostgresStore::connect(&database.url, euro).await.unwrap();
    dollars.append(vec![record_bet("a", 1)]).await.unwrap();
    assert_eq!(dollars.identity().await.unwrap().currency, Currency::USD);
    let refused = euros.append(vec![record_bet("a", 2)]).await.unwrap_err();
    assert!(
        matches!(&refused, StoreError::Unusable(why) if why.contains("USD") && why.contains("EUR")),
        "{refused}"
    );
    let why = unusable(&database, euro).await;
    assert!(why.contains("USD") && why.contains("EUR"), "{why}");
}

#[tokio::test]
async fn a_schema_of_a_newer_version_is_refused() {
    let database = TestDatabase::create().await;
    drop(database.store().await);
    let newer =
        "INSERT INTO event_store_migrations VALUES (99, 'newer', '2030-01-01T00:00:00Z', '1')";
    database.raw().await.batch_execute(newer).await.unwrap();
    let why = unusable(&database, Currency::USD).await;
    assert!(why.contains("does not know"), "{why}");
    let why = unread(&database).await;
    assert!(why.contains("99 is newer than"), "{why}");
}

#[tokio::test]
async fn a_database_without_a_log_is_not_read_and_stays_empty() {
    let database = TestDatabase::create().await;
    let why = unread(&database).await;
    assert!(why.contains("holds no log yet"), "{why}");
    let tables = database
        .raw()
        .await
        .query("SELECT FROM pg_tables WHERE schemaname = 'public'", &[])
        .await
        .unwrap();
    assert!(tables.is_empty());
}

#[tokio::test]
async fn a_session_that_reads_can_write_nothing() {
    let database = TestDatabase::create().await;
    drop(database.store().await);
    let reader = PostgresReader::connect(&database.url).await.unwrap();
    let refused = reader
        .reads
        .query("INSERT INTO claims VALUES ('a', 'b')", &[])
        .await
        .unwrap_err();
    assert!(
        refused.to_string().contains("read-only transaction"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_url_that_cannot_be_read_is_refused() {
    let refused = PostgresStore::connect("postgres://host:port/name", Currency::USD).await;
    assert!(matches!(refused, Err(StoreError::Unusable(_))));
}
