//! Which files are served, and which are refused with the cure.

use rusqlite::Connection;

use super::FreshFile;
use crate::{
    money::Currency,
    store::{
        AppendEvents, FollowLog, StoreError,
        contract::given,
        sqlite::{SqliteReader, SqliteStore},
    },
};

/// A migration that this version does not have.
const NEWER: &str = "INSERT INTO event_store_migrations (version, name, applied_on, checksum)
    VALUES (999, 'from_the_future', '2030-01-01T00:00:00Z', '1')";

fn refused(file: &FreshFile, currency: Currency) -> String {
    match SqliteStore::open(&file.path(), currency).map(|_| ()) {
        Err(StoreError::Unusable(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

fn file_holding(statements: &str) -> FreshFile {
    let file = FreshFile::new();
    std::fs::create_dir_all(file.path().parent().unwrap()).unwrap();
    Connection::open(file.path())
        .unwrap()
        .execute_batch(statements)
        .unwrap();
    file
}

#[test]
fn a_file_is_served_by_one_store_at_a_time() {
    let file = FreshFile::new();
    let first = file.open();
    let reason = refused(&file, Currency::USD);
    assert!(reason.contains("log.db is in use"), "{reason}");
    assert!(reason.contains("use its API or stop it"), "{reason}");
    drop(first);
    file.open();
}

#[test]
fn the_control_planes_database_is_recognised() {
    let file = file_holding(
        "CREATE TABLE accounts (id); CREATE TABLE batches (id); CREATE TABLE bets (id);",
    );
    let reason = refused(&file, Currency::USD);
    assert!(reason.contains("betstream migrate-from"), "{reason}");
    let tables: i64 = Connection::open(file.path())
        .unwrap()
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .unwrap();
    assert_eq!(tables, 3);
}

#[test]
fn another_programs_file_is_left_alone() {
    let reason = refused(&file_holding("CREATE TABLE recipes (id);"), Currency::USD);
    assert!(
        reason.contains("recipes") && reason.contains("name a new file"),
        "{reason}"
    );

    let file = FreshFile::new();
    std::fs::create_dir_all(file.path().parent().unwrap()).unwrap();
    std::fs::write(
        file.path(),
        "no database at all, but long enough to be looked at ".repeat(100),
    )
    .unwrap();
    let reason = refused(&file, Currency::USD);
    assert!(
        reason.contains("log.db: this is no SQLite file"),
        "{reason}"
    );
}

#[test]
fn a_newer_schema_is_refused() {
    let file = FreshFile::new();
    file.open();
    Connection::open(file.path())
        .unwrap()
        .execute_batch(NEWER)
        .unwrap();
    let reason = refused(&file, Currency::USD);
    assert!(
        reason.contains("a schema that this version does not know"),
        "{reason}"
    );
}

#[tokio::test]
async fn the_currency_is_fixed_by_the_first_event() {
    let file = FreshFile::new();
    file.open();
    let euro = "EUR".parse().unwrap();
    let store = SqliteStore::open(&file.path(), euro).unwrap();
    assert_eq!(store.identity().await.unwrap().currency, euro);
    store.append(vec![given::record_bet("a", 1)]).await.unwrap();
    drop(store);
    let reason = refused(&file, Currency::USD);
    assert!(reason.contains("EUR") && reason.contains("USD"), "{reason}");
    SqliteStore::open(&file.path(), euro).unwrap();
}

#[test]
fn what_holds_no_log_of_ours_is_not_read() {
    let unread = |file: &FreshFile| match SqliteReader::open(&file.path()).map(|_| ()) {
        Err(StoreError::Unusable(reason)) => reason,
        other => panic!("{other:?}"),
    };
    let file = FreshFile::new();
    let reason = unread(&file);
    assert!(reason.contains("log.db does not exist"), "{reason}");
    assert!(!file.path().exists());

    let reason = unread(&file_holding("CREATE TABLE recipes (id);"));
    assert!(reason.contains("recipes"), "{reason}");
    let reason = unread(&file_holding(""));
    assert!(reason.contains("holds no log yet"), "{reason}");

    let newer = FreshFile::new();
    newer.open();
    Connection::open(newer.path())
        .unwrap()
        .execute_batch(NEWER)
        .unwrap();
    let reason = unread(&newer);
    assert!(reason.contains("999 is newer than"), "{reason}");
}
