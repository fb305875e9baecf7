use betstream_events::envelope::Position;
use proptest::prelude::*;

use super::Markets;
use crate::{
    PageRequest,
    testing::{PATIENCE, Story, TestLog, assert_parts_equal_the_whole, stories},
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_fold_of_the_whole_equals_folds_of_its_parts(
        story in stories(0..60), cuts in prop::collection::vec(0_usize..20, 0..6),
    ) {
        assert_parts_equal_the_whole::<Markets>(story, &cuts);
    }
}

#[actix_rt::test]
async fn prices_stand_on_selected_money_alone_and_equal_selections_are_one() {
    let log = TestLog::new();
    let projections = log.start().await;
    let mut story = Story::default();
    let requests = vec![
        story.market_bet("race", "QUINELLA", Some("2/1"), 10_000),
        story.market_bet("race", "QUINELLA", Some("1/2"), 10_000),
        story.market_bet("race", "QUINELLA", Some("10/2"), 20_000),
        story.market_bet("race", "QUINELLA", None, 5_000),
        story.market_bet("match", "moneyline", None, 700),
    ];
    let head = log.append(requests).await;
    assert!(projections.wait_until(head, PATIENCE).await);
    let markets = projections.markets();

    let race = markets.market("race").await.unwrap().value.unwrap();
    assert_eq!(
        (
            race.summary.bets,
            race.summary.turnover.minor(),
            race.summary.odds_updates
        ),
        (4, 45_000, 4)
    );
    let pool = &race.pools[0];
    assert_eq!((pool.bets, pool.sales.minor()), (4, 45_000));
    assert_eq!(
        (pool.unselected_bets, pool.unselected_amount.minor()),
        (1, 5_000)
    );
    let rows: Vec<(&str, i64, i64, Option<i64>)> = pool
        .selections
        .iter()
        .map(|row| {
            (
                row.selection.as_str(),
                row.bets,
                row.amount.minor(),
                row.price.map(|price| price.minor()),
            )
        })
        .collect();
    // 15 % of 400.00 is kept, 340.00 is left for 200.00: 1.70 either way.
    assert_eq!(
        rows,
        [
            ("1/2", 2, 20_000, Some(170)),
            ("2/10", 1, 20_000, Some(170))
        ]
    );

    let match_pool = &markets.market("match").await.unwrap().value.unwrap().pools[0];
    assert!(match_pool.selections.is_empty());
    assert!(markets.market("unknown").await.unwrap().value.is_none());
    projections.stop().await;
}

#[actix_rt::test]
async fn the_most_recently_active_market_comes_first() {
    let log = TestLog::new();
    let projections = log.start().await;
    let mut story = Story::default();
    for game in ["a", "b", "c", "a"] {
        log.append(vec![story.market_bet(game, "WIN", Some("1"), 100)])
            .await;
    }
    assert!(projections.wait_until(Position(4), PATIENCE).await);
    let markets = projections.markets();
    let names = |games: &[super::MarketSummary]| {
        games
            .iter()
            .map(|game| game.game_id.clone())
            .collect::<Vec<_>>()
    };

    let first = markets
        .list(PageRequest {
            limit: Some(2),
            after: None,
        })
        .await
        .unwrap()
        .value;
    assert_eq!(names(&first.items), ["a", "c"]);
    let rest = markets
        .list(PageRequest {
            limit: Some(2),
            after: first.next,
        })
        .await
        .unwrap()
        .value;
    assert_eq!(
        (names(&rest.items), rest.next),
        (vec!["b".to_owned()], None)
    );
    assert_eq!(
        names(&markets.changed_since(Position(2), 10).await.unwrap().value),
        ["a", "c"]
    );
    projections.stop().await;
}
