//! One suite over both adapters.

use std::sync::Arc;

use super::{CommitError, Query, Statement, Value, ViewStore, ViewUrl, postgres::PostgresViews};
use crate::{
    PageRequest, ProjectionDeps, Projections, RebuildTarget,
    desk::BatchFilter,
    testing::{PATIENCE, Story, TestLog, assert_exact, postgres_url},
};

const PUT: &str =
    "INSERT INTO stats_refusals (generation, cause, refusals, last_at) VALUES ($1, $2, $3, $4)";
const MOVE: &str =
    "UPDATE stats_refusals SET refusals = $1 WHERE generation = $2 AND refusals = $3";
const ALL: &str = "SELECT cause, refusals FROM stats_refusals WHERE generation = $1 ORDER BY cause";
const CLEAR: &str = "DELETE FROM stats_refusals WHERE generation = $1";

async fn behaves(views: Arc<dyn ViewStore>) {
    let put = |cause: &str, refusals: i64| {
        Statement::new(
            PUT,
            vec![77.into(), cause.into(), refusals.into(), 0.into()],
        )
    };
    let all = || Query::list(ALL, vec![77.into()], false);
    let counts = async || {
        views
            .read_one(all())
            .await
            .unwrap()
            .read(|row| {
                row.text()?;
                row.int()
            })
            .unwrap()
    };

    // A guard and what it guards are one: all or nothing.
    views.commit(put("a", 1), vec![put("b", 2)]).await.unwrap();
    let guard = |from: i64, to: i64| Statement::new(MOVE, vec![to.into(), 77.into(), from.into()]);
    assert!(matches!(
        views.commit(guard(5, 6), vec![put("c", 3)]).await,
        Err(CommitError::NotOwner)
    ));
    assert_eq!(counts().await, [1, 2]);
    assert!(matches!(
        views.commit(guard(1, 9), vec![put("b", 4)]).await,
        Err(CommitError::Rejected(_))
    ));
    assert_eq!(counts().await, [1, 2]);
    views.commit(guard(1, 9), vec![put("c", 3)]).await.unwrap();
    assert_eq!(counts().await, [9, 2, 3]);

    // Null where a value is due is refused for ever.
    let null = Statement::new(PUT, vec![77.into(), Value::Null, 1.into(), 0.into()]);
    assert!(matches!(
        views.commit(null, vec![]).await,
        Err(CommitError::Rejected(_))
    ));

    // Several questions, one snapshot; texts keep every character.
    views.commit(put("d'\"\u{1F3C7}", 4), vec![]).await.unwrap();
    let answers = views
        .read(vec![all(), all(), Query::small(ALL, vec![78.into()])])
        .await
        .unwrap();
    assert_eq!(
        answers.iter().map(super::Rows::len).collect::<Vec<_>>(),
        [4, 4, 0]
    );
    let last = answers[0]
        .clone()
        .read(|row| {
            let cause = row.text()?;
            row.int()?;
            Ok(cause)
        })
        .unwrap()
        .pop();
    assert_eq!(last.as_deref(), Some("d'\"\u{1F3C7}"));
    assert_eq!(
        views
            .execute(Statement::new(CLEAR, vec![77.into()]))
            .await
            .unwrap(),
        4
    );
}

#[actix_rt::test]
async fn views_in_sqlite_behave() {
    behaves(TestLog::new().views()).await;
}

#[actix_rt::test]
async fn views_in_postgres_behave() {
    behaves(Arc::new(
        PostgresViews::connect(&postgres_url().await).await.unwrap(),
    ))
    .await;
}

async fn tell_story(log: &TestLog, story: &mut Story) {
    for _ in 0..10 {
        let open = story.open_account();
        let account = *story.accounts.last().unwrap();
        let mut requests = vec![
            open,
            story.create_batch(account, 3),
            story.create_batch(account, 0),
        ];
        let batch = story.batches.len() - 2;
        requests.push(story.add_stream_bet(batch, "game_1", 150));
        requests.extend(story.change_status(batch, 1));
        requests.extend((0..20).map(|_| story.market_bet("game_1", "WIN", Some("3"), 100)));
        requests.push(story.refuse("game_1", "stake_not_positive"));
        log.append(requests).await;
    }
    log.append(vec![story.close_account(story.accounts[0])])
        .await;
}

fn deps(log: &TestLog, url: &str) -> ProjectionDeps {
    ProjectionDeps {
        views: ViewUrl::Postgres(url.to_owned()),
        ..log.deps()
    }
}

#[actix_rt::test]
async fn every_projection_is_exact_in_postgres_too() {
    let log = TestLog::new();
    let mut story = Story::default();
    let projections = Projections::start(deps(&log, &postgres_url().await))
        .await
        .unwrap();
    tell_story(&log, &mut story).await;
    assert_exact(&log, &projections).await;
    projections
        .rebuild(RebuildTarget::All, |_| {})
        .await
        .unwrap();
    tell_story(&log, &mut story).await;
    assert_exact(&log, &projections).await;

    let page = PageRequest {
        limit: Some(1),
        after: None,
    };
    let account = projections
        .desk()
        .accounts(page)
        .await
        .unwrap()
        .value
        .items
        .remove(0);
    let open = BatchFilter {
        completed: Some(false),
    };
    let batches = projections
        .desk()
        .batches(account.id, open, page)
        .await
        .unwrap()
        .value
        .unwrap();
    assert_eq!((batches.items.len(), batches.next.is_some()), (1, true));
    assert_eq!(
        projections.markets().list(page).await.unwrap().value.items[0].game_id,
        "game_1"
    );
    assert_eq!(
        projections.stats().refusals().await.unwrap().value[0].count,
        20
    );
    assert_eq!(
        projections.odds().total().await.unwrap().updates,
        projections.stats().totals().await.unwrap().value.bets
    );
    projections.stop().await;
}

#[actix_rt::test]
async fn another_process_takes_over_when_the_owner_stops() {
    let log = TestLog::new();
    let url = postgres_url().await;
    let first = Projections::start(deps(&log, &url)).await.unwrap();
    let mut story = Story::default();
    tell_story(&log, &mut story).await;
    assert_exact(&log, &first).await;
    let second = Projections::start(deps(&log, &url)).await.unwrap();
    let head = log.append(vec![story.open_account()]).await;
    // The second waits for what the first counts.
    assert!(second.wait_until(head, PATIENCE).await);
    first.stop().await;
    tell_story(&log, &mut story).await;
    assert_exact(&log, &second).await;
    second.stop().await;
}
