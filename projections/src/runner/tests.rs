mod failing;

use std::sync::Arc;

use betstream_events::{
    envelope::Position,
    store::{AdministerLog, AppendRequest},
    tail::TailSignal,
};
use tokio_util::sync::CancellationToken;

use self::failing::FailingSink;
use super::{AlwaysOwner, ProjectionShared, Runner, ViewSink};
use crate::{
    ProjectionName,
    desk::Desk,
    lag::ProjectionState,
    markets::Markets,
    progress::ViewProgress,
    testing::{PATIENCE, Story, TestLog, assert_exact},
    verify,
    views::Query,
};

fn runner(log: &TestLog, shared: &Arc<ProjectionShared>) -> Arc<Runner> {
    Arc::new(Runner {
        shared: shared.clone(),
        log: log.log(),
        tail: log.tail.clone(),
        ownership: Arc::new(AlwaysOwner),
        keeper: "test".to_owned(),
        stop: CancellationToken::new(),
    })
}

fn run(runner: &Arc<Runner>) -> tokio::task::JoinHandle<()> {
    let runner = runner.clone();
    tokio::spawn(async move { runner.run().await })
}

fn bets(story: &mut Story, count: usize) -> Vec<AppendRequest> {
    (0..count)
        .map(|at| story.market_bet(&format!("game_{}", at % 3), "WIN", Some("3"), 100))
        .collect()
}

/// Waits until a projection's status is as it should be.
async fn until(shared: &ProjectionShared, what: impl Fn(&crate::ProjectionStatus) -> bool) {
    let looked = async {
        while !what(&shared.status.read()) {
            tokio::task::yield_now().await;
        }
    };
    let outcome = tokio::time::timeout(PATIENCE, looked).await;
    assert!(outcome.is_ok(), "{:?}", shared.status.read());
}

#[actix_rt::test]
async fn events_of_this_process_another_one_and_the_past_are_all_counted_once() {
    let log = TestLog::new();
    let mut story = Story::default();
    log.append(bets(&mut story, 25)).await;
    let projections = log.start().await;
    for round in 0..20 {
        log.append(bets(&mut story, 1 + round)).await;
        log.append_elsewhere(bets(&mut story, 3)).await;
        if round % 3 == 0 {
            log.tail.publish(TailSignal::Nudge);
        }
    }
    assert_exact(&log, &projections).await;
    projections.stop().await;
}

#[actix_rt::test]
async fn a_runner_that_is_killed_anywhere_goes_on_where_it_was() {
    let log = TestLog::new();
    let views = log.views();
    let mut story = Story::default();
    for round in 0..40_usize {
        let shared = log.shared::<Markets>(&views);
        let killed = run(&runner(&log, &shared));
        log.append(bets(&mut story, 5)).await;
        for _ in 0..round * 3 {
            tokio::task::yield_now().await;
        }
        killed.abort();
    }
    let projections = log.start().await;
    assert_exact(&log, &projections).await;
    projections.stop().await;
}

#[actix_rt::test]
async fn two_runners_that_both_believe_to_be_the_owner_apply_nothing_twice() {
    let log = TestLog::new();
    let views = log.views();
    let (one, other) = (log.shared::<Markets>(&views), log.shared::<Markets>(&views));
    let runners = [runner(&log, &one), runner(&log, &other)];
    let running = runners.each_ref().map(run);
    let mut story = Story::default();
    for _ in 0..30 {
        log.append(bets(&mut story, 4)).await;
        tokio::task::yield_now().await;
    }
    let head = log.head().await.position;
    for shared in [&one, &other] {
        assert!(
            ViewProgress::new(shared.clone())
                .wait_until(head, PATIENCE)
                .await
        );
    }
    runners.iter().for_each(|runner| runner.stop.cancel());
    for ended in running {
        ended.await.unwrap();
    }
    assert_eq!(verify::verify(&log.log(), &one).await.unwrap(), vec![]);
}

#[actix_rt::test]
async fn a_log_that_was_reset_is_noticed_and_the_views_begin_again() {
    let log = TestLog::new();
    let projections = log.start().await;
    let mut story = Story::default();
    log.append(bets(&mut story, 30)).await;
    assert_exact(&log, &projections).await;

    log.store.reset().await.unwrap();
    log.append(bets(&mut story, 2)).await;
    let head = log.head().await.position.0;
    let seen = async {
        while projections
            .status()
            .iter()
            .any(|status| status.position != head)
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, seen).await.unwrap();
    assert_eq!(projections.stats().totals().await.unwrap().value.bets, 2);
    assert_exact(&log, &projections).await;
    projections.stop().await;
}

#[actix_rt::test]
async fn an_event_that_fails_pauses_its_projection_alone_and_nothing_is_skipped() {
    let log = TestLog::new();
    let views = log.views();
    let mut story = Story::default();
    log.append(bets(&mut story, 9)).await;
    let sink = FailingSink::at(Position(6), ViewSink::<Markets>::new(views.clone()));
    let shared = ProjectionShared::new(sink.clone(), views.clone());
    let desk = log.shared::<Desk>(&views);
    let (broken, sound) = (runner(&log, &shared), runner(&log, &desk));
    let running = [run(&broken), run(&sound)];

    until(&shared, |status| status.state == ProjectionState::Paused).await;
    let status = shared.status.read();
    assert_eq!(status.position, 5);
    assert!(status.error.unwrap().contains("event at position 6"));
    assert!(
        ViewProgress::new(desk)
            .wait_until(Position(9), PATIENCE)
            .await
    );

    sink.heal();
    shared.wake.notify_one();
    assert!(
        ViewProgress::new(shared.clone())
            .wait_until(Position(9), PATIENCE)
            .await
    );
    until(&shared, |status| {
        status.state == ProjectionState::Running && status.error.is_none()
    })
    .await;
    assert_eq!(verify::verify(&log.log(), &shared).await.unwrap(), vec![]);
    broken.stop.cancel();
    sound.stop.cancel();
    for ended in running {
        ended.await.unwrap();
    }
}

#[actix_rt::test]
async fn an_event_that_is_passed_over_is_passed_over_by_every_later_building_too() {
    let log = TestLog::new();
    let views = log.views();
    let mut story = Story::default();
    log.append(bets(&mut story, 9)).await;
    let sink = FailingSink::at(Position(6), ViewSink::<Markets>::new(views.clone()));
    let shared = ProjectionShared::new(sink, views.clone());
    let cursed = runner(&log, &shared);
    let running = run(&cursed);
    until(&shared, |status| status.failing.is_some()).await;
    let failing = shared.status.read().failing.unwrap();
    assert_eq!(failing.position, 6);
    assert!(failing.reason.contains("cursed"), "{failing:?}");

    // Another projection's decision is none of ours.
    log.append(vec![story.pass_over("desk", 6)]).await;
    let head = log.append(vec![story.pass_over("markets", 6)]).await;
    shared.wake.notify_one();
    let progress = ViewProgress::new(shared.clone());
    assert!(progress.wait_until(head, PATIENCE).await);
    until(&shared, |status| status.failing.is_none()).await;
    let counted = async || {
        let sql = "SELECT bets FROM market_games JOIN view_projections USING (generation) WHERE name = 'markets'";
        let rows = views.read_one(Query::list(sql, vec![], false)).await;
        rows.unwrap()
            .read(|row| row.int())
            .unwrap()
            .iter()
            .sum::<i64>()
    };
    assert_eq!(counted().await, 8);

    // The sink is still cursed: were the event not passed over, this would fail.
    assert_eq!(verify::verify(&log.log(), &shared).await.unwrap(), vec![]);
    let stop = CancellationToken::new();
    let targets = std::slice::from_ref(&shared);
    crate::rebuild::rebuild(&log.log(), targets, &|_| {}, &stop)
        .await
        .unwrap();
    assert_eq!(counted().await, 8);
    cursed.stop.cancel();
    running.await.unwrap();
}

#[actix_rt::test]
async fn a_rebuild_names_the_event_that_it_cannot_take() {
    let log = TestLog::new();
    let views = log.views();
    let mut story = Story::default();
    log.append(bets(&mut story, 9)).await;
    let sink = FailingSink::at(Position(6), ViewSink::<Markets>::new(views.clone()));
    let shared = ProjectionShared::new(sink, views.clone());
    let stop = CancellationToken::new();
    let targets = std::slice::from_ref(&shared);
    let failed = crate::rebuild::rebuild(&log.log(), targets, &|_| {}, &stop).await;
    assert!(
        matches!(
            &failed,
            Err(crate::RebuildError::Event {
                position: Position(6),
                ..
            })
        ),
        "{failed:?}"
    );
}

#[actix_rt::test]
async fn a_view_that_somebody_else_keeps_is_waited_for_by_its_checkpoint() {
    let log = TestLog::new();
    let keeper = log.start().await;
    let reader = log.open().await;
    let mut story = Story::default();
    let head = log.append(vec![story.open_account()]).await;
    assert!(
        reader
            .progress(ProjectionName::Desk)
            .wait_until(head, PATIENCE)
            .await
    );
    let beyond = Position(head.0 + 1);
    assert!(
        !reader
            .wait_until(beyond, std::time::Duration::from_millis(30))
            .await
    );
    keeper.stop().await;
}
