//! How events come into the index.

use proptest::prelude::*;

use super::given::{alike_bets, histories};
use crate::{
    audit::sink,
    projection::ProjectionName,
    testing::{PATIENCE, Story, TestLog, assert_exact, assert_parts_equal_the_whole_in},
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn an_index_of_the_whole_equals_one_of_its_parts(
        history in histories(0..60), cuts in prop::collection::vec(0_usize..20, 0..6),
    ) {
        assert_parts_equal_the_whole_in(history, &cuts, |log, views| sink(views, log.log()));
    }
}

#[test]
fn segments_that_parts_share_are_one() {
    let mut story = Story::default();
    let bets = alike_bets(&mut story, 9_000);
    assert_parts_equal_the_whole_in(bets, &[4_000, 95, 1, 1, 4_200, 300], |log, views| {
        sink(views, log.log())
    });
}

/// Each process remembers a segment of its own; whoever goes on finds it in the log.
#[actix_rt::test]
async fn who_goes_on_after_another_knows_what_came_before() {
    let log = TestLog::new();
    let mut story = Story::default();
    for round in 0..6 {
        let projections = log.start().await;
        let head = log.append(alike_bets(&mut story, 900 + round)).await;
        assert!(projections.wait_until(head, PATIENCE).await);
        projections.stop().await;
    }
    let projections = log.start().await;
    assert_exact(&log, &projections).await;
    projections.stop().await;
}

#[actix_rt::test]
async fn a_row_that_somebody_changed_is_noticed() {
    let log = TestLog::new();
    let projections = log.start().await;
    let mut story = Story::default();
    let head = log.append(alike_bets(&mut story, 20)).await;
    assert!(projections.wait_until(head, PATIENCE).await);
    projections.stop().await;
    let file = rusqlite::Connection::open(log.views_file()).unwrap();
    file.execute(
        "UPDATE audit_index SET body = '00' WHERE key = 'who ingest'",
        [],
    )
    .unwrap();
    let projections = log.open().await;
    let differences = projections.verify(ProjectionName::Audit).await.unwrap();
    assert_eq!(differences.len(), 2, "{differences:?}");
    assert!(differences.iter().all(|found| found.table == "audit_index"));
}

/// Market bets are many: none has a row of its own.
#[actix_rt::test]
async fn a_market_bet_costs_no_row() {
    let log = TestLog::new();
    let projections = log.start().await;
    let mut story = Story::default();
    let head = log.append(alike_bets(&mut story, 4_096)).await;
    assert_eq!(head.0, 4_096);
    assert!(projections.wait_until(head, PATIENCE).await);
    projections.stop().await;
    let file = rusqlite::Connection::open(log.views_file()).unwrap();
    let count = |table: &str| {
        let count = format!("SELECT count(*) FROM {table}");
        file.query_row(&count, [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    // Type, who, road and source; the first letters of `win` and `usd`.
    assert_eq!(count("audit_index"), 4 + 2);
    assert_eq!(count("audit_ranges"), 1);
    assert_eq!(count("audit_markets"), 3);
}
