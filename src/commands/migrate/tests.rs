//! Another system's rows become events once, with their ids.

use std::{path::Path, sync::Arc};

use betstream_events::{
    batch::BatchEvent,
    claims::Claim,
    envelope::{RecordedEvent, StreamName, Version},
    event::Event,
    ids::{AccountId, BatchId, IdKind},
    metadata::{Metadata, Road},
    money::Currency,
    store::{EventStore, sqlite::SqliteStore},
};
use rusqlite::Connection;

use super::{MigrateArgs, read_sqlite, take_over};
use crate::cli::Rounding;

const SCHEMA: &str = "
    CREATE TABLE accounts (id INTEGER PRIMARY KEY, name TEXT, hostname TEXT, created_at TEXT, updated_at TEXT);
    CREATE TABLE batches (id INTEGER PRIMARY KEY, completed BOOLEAN, created_at DATETIME, updated_at DATETIME,
        meta TEXT, account_id INTEGER);
    CREATE TABLE bets (pid INTEGER PRIMARY KEY, id INTEGER, selection TEXT, stake DOUBLE, cost DOUBLE, status TEXT,
        batch_id INTEGER);
    INSERT INTO accounts VALUES (1, 'alpha', 'host1', '2025-01-02 03:04:05', '2025-02-03 04:05:06');
    INSERT INTO accounts VALUES (4, 'beta', 'host2', '2025-01-03 03:04:05', '2025-01-03 03:04:05');
    INSERT INTO batches VALUES (10, 0, '2025-01-05 00:00:00', '2025-01-05 00:00:00', '{\"bet_type\":\"WIN\",\"race_id\":3}', 1);
    INSERT INTO batches VALUES (12, 1, '2025-01-06 00:00:00', '2025-01-07 00:00:00', '{}', 4);
    INSERT INTO bets VALUES (100, 1, '1/2 ** note', 6.0, 2.5, 'pending', 10);
    INSERT INTO bets VALUES (101, 2, '3', 10, 10, 'successful', 10);
    INSERT INTO bets VALUES (250, 1, 'x', 0.1, 0.1, 'failed', 12);";

struct Given {
    folder: tempfile::TempDir,
    store: Arc<dyn EventStore>,
}

impl Given {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        run(&folder.path().join("source.db"), SCHEMA);
        let store =
            SqliteStore::open(&folder.path().join("log.db"), Currency::USD).expect("a store");
        Self {
            folder,
            store: Arc::new(store),
        }
    }

    fn change(&self, statements: &str) {
        run(&self.folder.path().join("source.db"), statements);
    }

    async fn migrate(&self, round: Option<Rounding>) -> Result<(), String> {
        let rows = read_sqlite::read(&self.folder.path().join("source.db"))
            .map_err(|error| format!("{error:#}"))?;
        let args = MigrateArgs {
            from: String::new(),
            round,
            dry_run: false,
        };
        take_over(&args, &rows, &*self.store, "the source")
            .await
            .map_err(|error| error.to_string())
    }

    async fn stream(&self, stream: StreamName) -> Vec<RecordedEvent> {
        self.store
            .read_stream(&stream, Version::NONE, 100)
            .await
            .expect("read")
    }

    async fn head(&self) -> i64 {
        self.store.head().await.expect("a head").position.0
    }
}

fn run(path: &Path, statements: &str) {
    Connection::open(path)
        .expect("a file")
        .execute_batch(statements)
        .expect("statements run");
}

#[tokio::test]
async fn rows_become_events_with_their_ids() {
    let given = Given::new();
    given.migrate(None).await.expect("migrated");
    let account = given.stream(StreamName::Account(AccountId::new(1))).await;
    assert_eq!(account.len(), 1);
    assert_eq!(
        account[0].occurred_at.to_rfc3339(),
        "2025-02-03T04:05:06.000000Z"
    );
    let metadata: Metadata = serde_json::from_str(&account[0].metadata).expect("metadata");
    assert_eq!(metadata.how, Road::Migration);
    let run = metadata.correlation.expect("a run");
    assert!(run.starts_with("run "), "{run}");

    let open = given.stream(StreamName::Batch(BatchId::new(10))).await;
    assert!(
        open[0].metadata.contains(&run),
        "the same run: {}",
        open[0].metadata
    );
    let Event::Batch(BatchEvent::Created { header, bets }) = &open[0].event else {
        panic!("{open:?}")
    };
    assert_eq!(header.meta.as_str(), r#"{"bet_type":"WIN","race_id":3}"#);
    assert_eq!(
        bets[0]
            .selection
            .as_ref()
            .map(|selection| selection.written()),
        Some("1/2 ** note")
    );
    assert_eq!((bets[0].stake.minor(), bets[0].cost.minor()), (600, 250));
    assert_eq!(bets[1].status.word(), "successful");

    let names: Vec<_> = given
        .stream(StreamName::Batch(BatchId::new(12)))
        .await
        .iter()
        .map(|event| event.event.event_type().name())
        .collect();
    assert_eq!(
        names,
        ["batch.created", "batch.submitted", "batch.completed"]
    );

    let held = given
        .store
        .claim_holder(&Claim::AccountName("beta".to_owned()))
        .await
        .expect("read");
    assert_eq!(held, Some(StreamName::Account(AccountId::new(4))));
    for (kind, largest) in [
        (IdKind::Account, 4),
        (IdKind::Batch, 12),
        (IdKind::Bet, 250),
    ] {
        let next = given.store.reserve_ids(kind, 1).await.expect("an id")[0];
        assert!(next > largest, "{kind:?}: {next}");
    }
}

#[tokio::test]
async fn a_second_run_doubles_nothing_and_takes_what_is_new() {
    let given = Given::new();
    given.migrate(None).await.expect("migrated");
    let head = given.head().await;
    given.migrate(None).await.expect("migrated again");
    assert_eq!(given.head().await, head);
    given.change(
        "UPDATE accounts SET name = 'gamma' WHERE id = 1;
         INSERT INTO batches VALUES (13, 0, '2025-01-08 00:00:00', '2025-01-08 00:00:00', '{}', 1);",
    );
    given.migrate(None).await.expect("migrated a third time");
    assert_eq!(given.head().await, head + 1);
}

#[tokio::test]
async fn an_id_that_means_something_else_stops_the_run_before_anything_is_written() {
    let given = Given::new();
    given.migrate(None).await.expect("migrated");
    let head = given.head().await;
    given.change(
        "UPDATE batches SET created_at = '2025-01-09 00:00:00' WHERE id = 10;
         INSERT INTO batches VALUES (14, 0, '2025-01-08 00:00:00', '2025-01-08 00:00:00', '{}', 1);
         UPDATE bets SET batch_id = 14 WHERE pid = 250;",
    );
    let refused = given.migrate(None).await.expect_err("refused");
    assert!(refused.starts_with("2 ids or names"), "{refused}");
    assert_eq!(given.head().await, head);
}

#[tokio::test]
async fn money_that_is_too_fine_stops_the_run_unless_it_is_rounded() {
    let given = Given::new();
    given.change("UPDATE bets SET stake = 0.125 WHERE pid = 250");
    let refused = given.migrate(None).await.expect_err("refused");
    assert!(refused.contains("--round half-even"), "{refused}");
    assert_eq!(given.head().await, 0);
    given
        .migrate(Some(Rounding::HalfEven))
        .await
        .expect("migrated");
    let batch = given.stream(StreamName::Batch(BatchId::new(12))).await;
    let Event::Batch(BatchEvent::Created { bets, .. }) = &batch[0].event else {
        panic!("{batch:?}")
    };
    assert_eq!(bets[0].stake.minor(), 12);
}

#[test]
fn a_file_of_somebody_else_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("other.db");
    run(&path, "CREATE TABLE things (id INTEGER)");
    let refused = read_sqlite::read(&path).expect_err("refused").to_string();
    assert!(refused.contains("no table accounts"), "{refused}");
}
