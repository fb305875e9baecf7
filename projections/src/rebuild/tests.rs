mod parts;

use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use super::{RebuildError, RebuildTarget, rebuild};
use crate::{
    PageRequest, ProjectionName,
    desk::Desk,
    testing::{Story, TestLog, assert_exact},
    views::{Query, Statement},
};

const TAMPER: &str = "UPDATE desk_accounts SET hostname = 'elsewhere' WHERE account_id = $1";
const ROWS: &str = "SELECT count(*) FROM desk_accounts";

async fn tell_story(log: &TestLog, story: &mut Story, accounts: usize) {
    for _ in 0..accounts {
        let open = story.open_account();
        let account = *story.accounts.last().unwrap();
        let mut requests = vec![open, story.create_batch(account, 3)];
        requests.extend((0..5).map(|_| story.market_bet("game_1", "WIN", Some("3"), 100)));
        log.append(requests).await;
    }
}

#[actix_rt::test]
async fn a_rebuild_repairs_what_was_edited_while_the_old_answers_stay() {
    let log = TestLog::new();
    let mut story = Story::default();
    let projections = log.start().await;
    tell_story(&log, &mut story, 20).await;
    assert_exact(&log, &projections).await;

    let views = log.views();
    let account = story.accounts[3];
    views
        .commit(Statement::new(TAMPER, vec![account.into()]), Vec::new())
        .await
        .unwrap();
    let differences = projections.verify(ProjectionName::Desk).await.unwrap();
    assert_eq!(differences.len(), 2, "{differences:?}");
    assert!(
        differences
            .iter()
            .all(|difference| difference.table == "desk_accounts")
    );
    assert!(
        differences
            .iter()
            .any(|difference| difference.row.contains("elsewhere"))
    );

    let seen = Mutex::new(Vec::new());
    projections
        .rebuild(RebuildTarget::All, |progress| seen.lock().push(progress))
        .await
        .unwrap();
    let seen = seen.into_inner();
    let head = log.head().await.position.0;
    assert_eq!(seen.first().map(|progress| progress.done), Some(0));
    assert_eq!(
        seen.last().map(|progress| (progress.done, progress.head)),
        Some((head, head))
    );

    tell_story(&log, &mut story, 3).await;
    assert_exact(&log, &projections).await;
    let accounts = projections
        .desk()
        .accounts(PageRequest::default())
        .await
        .unwrap()
        .value
        .items;
    assert_eq!(accounts.len(), 23);
    // The old generation is gone.
    let rows = views.read_one(Query::small(ROWS, vec![])).await.unwrap();
    assert_eq!(rows.first(|row| row.int()).unwrap(), Some(23));
    projections.stop().await;
}

#[actix_rt::test]
async fn a_rebuild_under_load_misses_nothing() {
    let log = TestLog::new();
    let mut story = Story::default();
    let projections = log.start().await;
    tell_story(&log, &mut story, 30).await;
    let rebuilds = async {
        for _ in 0..4 {
            projections
                .rebuild(RebuildTarget::All, |_| {})
                .await
                .unwrap();
        }
    };
    futures::join!(rebuilds, tell_story(&log, &mut story, 60));
    assert_exact(&log, &projections).await;
    projections.stop().await;
}

#[actix_rt::test]
async fn an_interrupted_rebuild_goes_on_where_it_was_and_an_old_one_does_not() {
    let log = TestLog::new();
    let mut story = Story::default();
    let projections = log.start().await;
    tell_story(&log, &mut story, 10).await;
    assert_exact(&log, &projections).await;
    projections.stop().await;

    let views = log.views();
    let shared = log.shared::<Desk>(&views);
    let stopped = CancellationToken::new();
    stopped.cancel();
    let interrupted = rebuild(&log.log(), std::slice::from_ref(&shared), &|_| {}, &stopped).await;
    assert!(matches!(interrupted, Err(RebuildError::Stopped)));

    // What a rebuild leaves in the middle: a checkpoint of the next generation.
    let (current, checkpoint) = shared.checkpoints.current().await.unwrap().unwrap();
    let start = crate::checkpoint::Checkpoint::start(&log.head().await.identity);
    let events = log.events().await;
    let mut fold = shared.checkpoints.fold(current + 1);
    events[..15].iter().for_each(|event| fold.add(event));
    let half = start
        .moved_to(events[14].position, &*log.store)
        .await
        .unwrap();
    fold.commit(&start, &half).await.unwrap();
    assert_eq!(
        shared
            .checkpoints
            .prepare(current + 1, &start)
            .await
            .unwrap(),
        half
    );

    let done = Mutex::new(Vec::new());
    let note = |progress: super::RebuildProgress| done.lock().push(progress.done);
    rebuild(
        &log.log(),
        std::slice::from_ref(&shared),
        &note,
        &CancellationToken::new(),
    )
    .await
    .unwrap();
    assert_eq!(done.into_inner().first(), Some(&15));
    let (generation, at) = shared.checkpoints.current().await.unwrap().unwrap();
    assert_eq!((generation, at), (current + 1, checkpoint));
    assert_eq!(
        crate::verify::verify(&log.log(), &shared).await.unwrap(),
        vec![]
    );

    let other_epoch = crate::checkpoint::Checkpoint { epoch: 99, ..start };
    assert_eq!(
        shared
            .checkpoints
            .prepare(generation, &other_epoch)
            .await
            .unwrap(),
        other_epoch
    );
}
