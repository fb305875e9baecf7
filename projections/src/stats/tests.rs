use betstream_events::clock::Timestamp;
use proptest::prelude::*;

use super::{MergedFigures, ProcessFigures, Stats};
use crate::testing::{PATIENCE, Story, THEN, TestLog, assert_parts_equal_the_whole, stories};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_fold_of_the_whole_equals_folds_of_its_parts(
        story in stories(0..60), cuts in prop::collection::vec(0_usize..20, 0..6),
    ) {
        assert_parts_equal_the_whole::<Stats>(story, &cuts);
    }
}

#[actix_rt::test]
async fn every_bet_with_a_game_counts_whichever_road_it_took() {
    let log = TestLog::new();
    let projections = log.start().await;
    let mut story = Story::default();
    let open = story.open_account();
    let account = story.accounts[0];
    let requests = vec![
        open,
        story.create_batch(account, 2),
        story.add_stream_bet(0, "game_1", 150),
        story.market_bet("game_1", "WIN", Some("3"), 250),
        story.refuse("game_1", "stake_not_positive"),
        story.refuse("game_1", "stake_not_positive"),
    ];
    let head = log.append(requests).await;
    assert!(projections.wait_until(head, PATIENCE).await);

    let stats = projections.stats();
    let totals = stats.totals().await.unwrap();
    assert_eq!(
        (
            totals.view_position,
            totals.value.bets,
            totals.value.value.minor
        ),
        (head, 2, 400)
    );
    let refusals = stats.refusals().await.unwrap().value;
    assert_eq!(
        (refusals[0].cause.as_str(), refusals[0].count),
        ("stake_not_positive", 2)
    );

    // The clock stands in the very second of the bets, which is not over yet.
    let series = stats.series(3).await.unwrap().value;
    let last = THEN.unix_seconds() - 1;
    assert_eq!(series.seconds, [last - 2, last - 1, last]);
    assert_eq!(series.bets, [0, 0, 0]);
    assert_eq!(stats.last_second().await.unwrap().value.bets, 0);
    projections.stop().await;
}

#[test]
fn figures_are_those_of_the_processes_that_still_speak() {
    let at = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000);
    let figures = |pod: &str, bets_per_second: f64, db_failures| ProcessFigures {
        pod_id: pod.to_owned(),
        bets_per_second,
        db_failures,
        ..ProcessFigures::default()
    };
    let mut merged = MergedFigures::default();
    merged.hear(figures("a", 10.0, 1), at(100));
    merged.hear(figures("b", 5.0, 2), at(103));
    merged.hear(figures("b", 7.0, 3), at(104));
    assert_eq!(
        (
            merged.sums(at(105)).bets_per_second,
            merged.sums(at(105)).db_failures
        ),
        (17.0, 4)
    );
    assert_eq!(merged.sums(at(106)).bets_per_second, 7.0);
    assert_eq!(merged.processes(at(106)).len(), 1);
    assert_eq!(merged.sums(at(110)).db_failures, 0);
}

#[test]
fn figures_are_read_from_what_another_process_sends() {
    let sent = r#"{"pod_id":"web-1","total_bets":3,"total_value":126,"db_failures":0,"redis_failures":0,
        "bets_per_second":1.5,"db_failures_per_second":0,"redis_failures_per_second":0}"#;
    let figures: ProcessFigures = serde_json::from_str(sent).unwrap();
    assert_eq!(
        (
            figures.total_bets,
            figures.total_value,
            figures.bets_per_second
        ),
        (3, 126.0, 1.5)
    );
}
