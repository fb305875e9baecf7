//! What the connections are set to, and what the statements rest on.

use super::FreshFile;
use crate::{
    event::EventType,
    ids::IdKind,
    store::{ReserveIds, sqlite::sql},
};

#[tokio::test]
async fn every_commit_reaches_the_disk() {
    let file = FreshFile::new();
    let store = file.open();
    let settings = store.mode.writer.run(|writer| {
        let text = |name: &str| {
            writer
                .connection
                .pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0))
                .unwrap()
        };
        Ok((text("journal_mode"), text("synchronous")))
    });
    let (journal_mode, synchronous) = settings.await.unwrap();
    assert_eq!(journal_mode, "wal".to_owned().into());
    assert_eq!(synchronous, 2.into());
}

/// `events_desk` in the schema says `type < 'market.' OR type >= 'market/'`.
#[test]
fn the_desks_index_holds_what_concerns_the_desk() {
    for event_type in EventType::ALL {
        assert_eq!(
            event_type.name() < "market." || event_type.name() >= "market/",
            event_type.concerns_desk(),
            "{event_type:?}"
        );
    }
}

#[tokio::test]
async fn reads_go_over_an_index() {
    let file = FreshFile::new();
    let store = file.open();
    let indexed = [
        (sql::READ_DESK, "events_desk"),
        (sql::READ_LOG, "INTEGER PRIMARY KEY"),
        (sql::READ_LOG_BACK, "INTEGER PRIMARY KEY"),
        (sql::READ_POSITION, "INTEGER PRIMARY KEY"),
        (sql::READ_STREAM, "stream=? AND version>?"),
        (sql::READ_STREAM_BACK, "stream=? AND version>?"),
        (sql::FIND_VERSION, "COVERING INDEX"),
        (sql::FIND_EVENT, "event_id=?"),
        (sql::FIND_BLOCK_HASH, "INTEGER PRIMARY KEY"),
    ];
    for (statement, index) in indexed {
        let explain = move |connection: &rusqlite::Connection| {
            let mut statement = connection
                .prepare(&format!("EXPLAIN QUERY PLAN {statement}"))
                .unwrap();
            let nulls = vec![rusqlite::types::Null; statement.parameter_count()];
            let steps = statement
                .query_map(rusqlite::params_from_iter(nulls), |row| {
                    row.get::<_, String>(3)
                })
                .unwrap();
            Ok(steps.map(Result::unwrap).collect::<Vec<_>>().join("; "))
        };
        let plan = store.readers.point(explain).await.unwrap();
        assert!(
            plan.contains(index) && !plan.contains("SCAN"),
            "{statement}\n{plan}"
        );
    }
}

#[tokio::test]
async fn ids_that_were_not_given_out_are_given_back() {
    let file = FreshFile::new();
    for expected in 1..=3 {
        let store = file.open();
        for kind in IdKind::ALL {
            assert_eq!(store.reserve_ids(kind, 1).await.unwrap(), [expected]);
        }
    }
}
