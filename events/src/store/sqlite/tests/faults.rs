//! What goes wrong, and how the store goes on.

use rusqlite::Connection;

use super::FreshFile;
use crate::{
    envelope::Position,
    store::{
        AppendEvents, Follow, FollowLog, StoreError,
        contract::given::{open_account, record_bet},
        sqlite::SqliteStore,
    },
};

async fn limit_pages(store: &SqliteStore, pages: i64) {
    let limit = store.mode.writer.run(move |writer| {
        let used: i64 = writer
            .connection
            .pragma_query_value(None, "page_count", |row| row.get(0))
            .unwrap();
        let set = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
        writer
            .connection
            .pragma_update_and_check(None, "max_page_count", used + pages, set)
            .unwrap();
        Ok(())
    });
    limit.await.unwrap();
}

#[tokio::test]
async fn a_full_disk_refuses_writes_and_nothing_else() {
    let file = FreshFile::new();
    let store = file.open();
    store
        .append(vec![record_bet("a", 1), open_account(1, "alpha")])
        .await
        .unwrap();
    limit_pages(&store, 1).await;
    let too_many = || (10..2_000).map(|bet| record_bet("a", bet)).collect();
    for _ in 0..2 {
        let refused = store.append(too_many()).await.map(|_| ());
        assert!(
            matches!(refused, Err(StoreError::Full { .. })),
            "{refused:?}"
        );
    }
    let head = store.head().await.unwrap().position;
    assert_eq!(head, Position(2));
    assert_eq!(
        store
            .read_after(Position::START, head, 10, Follow::All)
            .await
            .unwrap()
            .len(),
        2
    );

    limit_pages(&store, 10_000).await;
    let outcome = store.append(too_many()).await.unwrap();
    assert_eq!(outcome.committed.unwrap().last(), Position(1_992));
}

#[tokio::test]
async fn a_panic_costs_one_answer() {
    let file = FreshFile::new();
    let store = file.open();
    store.append(vec![record_bet("a", 1)]).await.unwrap();
    let lost = store.mode.writer.run(|writer| {
        let _transaction = writer.connection.transaction().unwrap();
        if true {
            panic!("a fault for the test");
        }
        Ok(())
    });
    assert!(matches!(lost.await, Err(StoreError::OutcomeUnknown { .. })));
    let outcome = store
        .append(vec![record_bet("a", 1), record_bet("a", 2)])
        .await
        .unwrap();
    assert_eq!(outcome.committed.unwrap().last(), Position(2));
}

#[tokio::test]
async fn an_event_written_behind_our_back_is_noticed() {
    let file = FreshFile::new();
    let store = file.open();
    store.append(vec![record_bet("a", 1)]).await.unwrap();
    let copy = "INSERT INTO events SELECT 2, stream, 2, zeroblob(16), type, schema_version, data,
                metadata, occurred_at, recorded_at FROM events";
    Connection::open(file.path())
        .unwrap()
        .execute_batch(copy)
        .unwrap();
    let refused = store.append(vec![record_bet("a", 2)]).await.map(|_| ());
    let Err(StoreError::Damaged { position, what }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(position, Position(2));
    assert!(what.contains("another program"), "{what}");
}

#[tokio::test]
async fn a_replacing_insert_is_refused() {
    let file = FreshFile::new();
    let store = file.open();
    store
        .append(vec![record_bet("a", 1), record_bet("a", 2)])
        .await
        .unwrap();
    let connection = Connection::open(file.path()).unwrap();
    for table in ["events", "blocks"] {
        let replace = format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1");
        assert!(connection.execute_batch(&replace).is_err(), "{replace}");
    }
}
