//! The partial index of the desk.

use super::TestDatabase;
use crate::{
    event::EventType,
    store::{
        AppendEvents,
        contract::given::{open_account, record_bet},
        postgres::{config::BY_INDEX, sql},
    },
};

#[tokio::test]
async fn the_index_covers_exactly_the_types_that_concern_the_desk() {
    let database = TestDatabase::create().await;
    let client = database.raw().await;
    for event_type in EventType::ALL {
        let row = client
            .query_one("SELECT $1::text NOT LIKE 'market.%'", &[&event_type.name()])
            .await
            .unwrap();
        assert_eq!(
            row.get::<_, bool>(0),
            event_type.concerns_desk(),
            "{}",
            event_type.name()
        );
    }
}

/// Even while the table has no statistics.
#[tokio::test]
async fn the_desk_is_read_by_its_index() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    for first in (0..20_000).step_by(4_000) {
        let bets = (first..first + 4_000).map(|bet| record_bet("a", bet));
        store
            .append(
                bets.chain([open_account(first as i64, &format!("account {first}"))])
                    .collect(),
            )
            .await
            .unwrap();
    }
    let client = database.raw().await;
    for (setting, value) in BY_INDEX {
        client
            .batch_execute(&format!("SET {setting} = {value}"))
            .await
            .unwrap();
    }
    client
        .batch_execute(&format!(
            "PREPARE desk (bigint, bigint, bigint) AS {}",
            sql::READ_DESK
        ))
        .await
        .unwrap();
    let plan = client
        .query("EXPLAIN EXECUTE desk(0, 20000, 500)", &[])
        .await
        .unwrap();
    let plan: Vec<String> = plan.iter().map(|row| row.get(0)).collect();
    assert!(plan.join("\n").contains("events_desk"), "{plan:#?}");
}
