use proptest::prelude::*;
use redis::aio::MultiplexedConnection;

use super::Odds;
use crate::{
    ProjectionName, Projections, RebuildTarget,
    testing::{
        PATIENCE, Story, TestLog, assert_exact, assert_parts_equal_the_whole, redis_url, stories,
    },
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_fold_of_the_whole_equals_folds_of_its_parts(
        story in stories(0..60), cuts in prop::collection::vec(0_usize..20, 0..6),
    ) {
        assert_parts_equal_the_whole::<Odds>(story, &cuts);
    }
}

struct WithRedis {
    log: TestLog,
    projections: Projections,
    redis: MultiplexedConnection,
    story: Story,
}

impl WithRedis {
    async fn start(prepare: &[(&str, &str)]) -> Self {
        let log = TestLog::new();
        let url = redis_url().await;
        let mut redis = redis::Client::open(url.as_str())
            .unwrap()
            .get_multiplexed_async_connection()
            .await
            .unwrap();
        for (key, value) in prepare {
            let () = redis::cmd("SET")
                .arg(key)
                .arg(value)
                .query_async(&mut redis)
                .await
                .unwrap();
        }
        let deps = crate::ProjectionDeps {
            odds: Some(url),
            ..log.deps()
        };
        let projections = Projections::start(deps).await.unwrap();
        Self {
            log,
            projections,
            redis,
            story: Story::default(),
        }
    }

    async fn bets(&mut self, count: usize) {
        let requests = (0..count).map(|at| {
            self.story
                .market_bet(&format!("game_{}", at % 3), "WIN", None, 5)
        });
        let requests = requests.collect();
        self.log.append(requests).await;
    }

    async fn get(&mut self, key: &str) -> Option<String> {
        redis::cmd("GET")
            .arg(key)
            .query_async(&mut self.redis)
            .await
            .unwrap()
    }

    /// Waits until the counters say `updates` and are not stale.
    async fn total_becomes(&self, updates: i64) {
        let looked = async {
            loop {
                let count = self.projections.odds().total().await.unwrap();
                if count.updates == updates && !count.stale {
                    return;
                }
                tokio::task::yield_now().await;
            }
        };
        let outcome = tokio::time::timeout(PATIENCE, looked).await;
        let count = self.projections.odds().total().await;
        assert!(
            outcome.is_ok(),
            "{count:?}, {:?}",
            self.projections.status()
        );
    }
}

#[actix_rt::test]
async fn counters_in_redis_are_exact_and_foreign_ones_are_set_right() {
    let foreign = [
        ("game:game_0:odds_updates", "1000"),
        ("game:elsewhere:odds_updates", "7"),
        ("other", "kept"),
    ];
    let mut test = WithRedis::start(&foreign).await;
    test.bets(30).await;
    test.total_becomes(30).await;
    assert_eq!(
        test.get("game:game_0:odds_updates").await.as_deref(),
        Some("10")
    );
    assert_eq!(test.get("game:elsewhere:odds_updates").await, None);
    assert_eq!(test.get("other").await.as_deref(), Some("kept"));
    assert_eq!(
        test.projections
            .odds()
            .of_game("game_1")
            .await
            .unwrap()
            .updates,
        10
    );
    assert_exact(&test.log, &test.projections).await;

    test.projections
        .rebuild(RebuildTarget::One(ProjectionName::Odds), |_| {})
        .await
        .unwrap();
    test.bets(3).await;
    test.total_becomes(33).await;
    assert_exact(&test.log, &test.projections).await;
    test.projections.stop().await;
}

#[actix_rt::test]
async fn a_redis_that_was_flushed_is_filled_again_even_while_nothing_happens() {
    let mut test = WithRedis::start(&[]).await;
    test.bets(12).await;
    test.total_becomes(12).await;
    for bets_meanwhile in [0, 6, 0] {
        let () = redis::cmd("FLUSHDB")
            .query_async(&mut test.redis)
            .await
            .unwrap();
        let lost = test.projections.odds().total().await.unwrap();
        assert!(lost.stale || lost.updates >= 12);
        if bets_meanwhile > 0 {
            test.bets(bets_meanwhile).await;
        }
        test.total_becomes(test.log.head().await.position.0).await;
        // The repair is over, so that the next loss meets an idle runner.
        assert_exact(&test.log, &test.projections).await;
    }
    test.projections.stop().await;
}

#[actix_rt::test]
async fn a_redis_that_went_back_in_time_is_brought_up_from_there() {
    let mut test = WithRedis::start(&[]).await;
    test.bets(6).await;
    test.total_becomes(6).await;
    let keys = [
        "betstream:odds:checkpoint",
        "betstream:odds:total",
        "game:game_0:odds_updates",
        "game:game_1:odds_updates",
        "game:game_2:odds_updates",
    ];
    let mut restore = redis::cmd("MSET");
    for key in keys {
        restore.arg(key).arg(test.get(key).await.unwrap());
    }
    test.bets(6).await;
    test.total_becomes(12).await;
    let () = restore.query_async(&mut test.redis).await.unwrap();
    test.total_becomes(12).await;
    assert_exact(&test.log, &test.projections).await;
    test.projections.stop().await;
}

#[actix_rt::test]
async fn a_counter_that_is_no_number_leads_to_a_repair_and_never_to_a_double_count() {
    let mut test = WithRedis::start(&[]).await;
    test.bets(6).await;
    test.total_becomes(6).await;
    let () = redis::cmd("SET")
        .arg("game:game_2:odds_updates")
        .arg("much")
        .query_async(&mut test.redis)
        .await
        .unwrap();
    test.bets(6).await;
    test.total_becomes(12).await;
    assert_exact(&test.log, &test.projections).await;
    test.projections.stop().await;
}

#[actix_rt::test]
async fn counters_that_cannot_be_reached_are_stale_and_counted_as_failures() {
    let log = TestLog::new();
    let deps = crate::ProjectionDeps {
        odds: Some("127.0.0.1:1".to_owned()),
        ..log.deps()
    };
    let projections = Projections::start(deps).await.unwrap();
    assert!(projections.odds().total().await.unwrap().stale);
    assert!(projections.odds().of_game("game_1").await.is_err());
    assert!(projections.odds().failures() >= 2);
    let mut story = Story::default();
    let head = log.append(vec![story.open_account()]).await;
    assert!(
        projections
            .progress(ProjectionName::Desk)
            .wait_until(head, PATIENCE)
            .await
    );
    projections.stop().await;
}

#[actix_rt::test]
async fn a_falsified_counter_is_named_with_the_event_that_it_lacks() {
    let mut test = WithRedis::start(&[]).await;
    test.bets(9).await;
    test.total_becomes(9).await;
    let key = "game:game_0:odds_updates";
    assert_eq!(test.get(key).await.as_deref(), Some("3"));
    // Its bets stand at 1, 4 and 7.
    for (falsified, position, lacks) in [("1", 4, true), ("7", 7, false)] {
        let () = redis::cmd("SET")
            .arg(key)
            .arg(falsified)
            .query_async(&mut test.redis)
            .await
            .unwrap();
        let found = test
            .projections
            .reconcile(ProjectionName::Odds)
            .await
            .unwrap();
        let [one] = &found[..] else {
            panic!("{found:?}");
        };
        assert_eq!(
            (one.table, one.key.as_str()),
            ("redis", format!("counter {key:?}").as_str())
        );
        assert_eq!(one.found.as_deref(), Some(falsified));
        assert_eq!(one.expected.as_deref(), Some("3"));
        assert_eq!((one.position, one.lacks), (Some(position), lacks));
    }
    test.projections.stop().await;
}
