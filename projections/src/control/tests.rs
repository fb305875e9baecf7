//! Orders to projections as stories: paused, resumed, passed over, rebuilt, called off.

use betstream_events::{clock::Timestamp, envelope::Position};

use crate::{
    ControlError, PageRequest, ProjectionName, ProjectionState, ProjectionStatus, Projections,
    RebuildTarget,
    testing::{PATIENCE, Story, THEN, TestLog, assert_exact},
    views::{Query, Statement},
};

const DESK: ProjectionName = ProjectionName::Desk;
const TAMPER: &str = "UPDATE desk_accounts SET hostname = 'elsewhere' WHERE account_id = $1";
const GENERATIONS: &str =
    "SELECT generation FROM view_checkpoints WHERE projection = $1 ORDER BY generation";

async fn until(projections: &Projections, what: impl Fn(&ProjectionStatus) -> bool) {
    let looked = async {
        while !what(&projections.status_of(DESK)) {
            tokio::task::yield_now().await;
        }
    };
    let outcome = tokio::time::timeout(PATIENCE, looked).await;
    assert!(outcome.is_ok(), "{:?}", projections.status_of(DESK));
}

async fn accounts(projections: &Projections) -> usize {
    let page = projections.desk().accounts(PageRequest::default()).await;
    page.unwrap().value.items.len()
}

async fn pause(projections: &Projections) -> Result<(), ControlError> {
    let reason = Some("looking at it".to_owned());
    projections.pause(DESK, "ann", reason, THEN).await
}

#[actix_rt::test]
async fn a_paused_projection_stands_still_and_answers_on_until_it_is_resumed() {
    let log = TestLog::new();
    let mut story = Story::default();
    let projections = log.start().await;
    let before = log.append(vec![story.open_account()]).await;
    assert!(projections.wait_until(before, PATIENCE).await);

    pause(&projections).await.unwrap();
    until(&projections, |status| {
        status.state == ProjectionState::Paused
    })
    .await;
    let status = projections.status_of(DESK).pause.unwrap();
    assert_eq!((status.who.as_str(), status.since), ("ann", THEN));
    assert_eq!(status.reason.as_deref(), Some("looking at it"));
    assert!(matches!(
        pause(&projections).await,
        Err(ControlError::Paused(DESK, by)) if by == "ann"
    ));

    let after = log.append(vec![story.open_account()]).await;
    let stats = projections.progress(ProjectionName::Stats);
    assert!(stats.wait_until(after, PATIENCE).await);
    assert_eq!(accounts(&projections).await, 1);
    assert_eq!(projections.status_of(DESK).position, before.0);

    // It is asked of the projection, not of this process.
    projections.stop().await;
    let projections = log.start().await;
    until(&projections, |status| {
        status.state == ProjectionState::Paused
    })
    .await;
    assert_eq!(accounts(&projections).await, 1);

    projections.resume(DESK).await.unwrap();
    assert!(projections.wait_until(after, PATIENCE).await);
    assert_eq!(accounts(&projections).await, 2);
    assert!(matches!(
        projections.resume(DESK).await,
        Err(ControlError::NotPaused(DESK))
    ));
    projections.stop().await;
}

#[actix_rt::test]
async fn what_fails_nowhere_is_neither_tried_again_nor_passed_over() {
    let log = TestLog::new();
    let projections = log.start().await;
    assert!(matches!(
        projections.retry(DESK).await,
        Err(ControlError::NotFailing(DESK))
    ));
    assert!(matches!(
        projections.failing(DESK, Some(7)).await,
        Err(ControlError::NotFailing(DESK))
    ));
    projections.stop().await;
}

#[actix_rt::test]
async fn a_rebuild_that_was_asked_for_is_carried_out_by_whoever_keeps_the_view() {
    let log = TestLog::new();
    let mut story = Story::default();
    let keeper = log.start().await;
    let head = log
        .append((0..30).map(|_| story.open_account()).collect())
        .await;
    assert!(keeper.wait_until(head, PATIENCE).await);
    keeper.stop().await;
    let views = log.views();
    let tamper = Statement::new(TAMPER, vec![story.accounts[3].into()]);
    views.commit(tamper, Vec::new()).await.unwrap();

    // Nobody keeps the views while it is asked for; a second order is refused.
    let asking = log.open().await;
    asking.ask_rebuild(RebuildTarget::All, "ann").await.unwrap();
    let again = asking.ask_rebuild(RebuildTarget::One(DESK), "bob").await;
    assert!(matches!(again, Err(ControlError::Rebuilding(DESK))));
    assert_eq!(asking.status_of(DESK).rebuild.unwrap().who, "ann");
    drop(asking);

    let keeper = log.start().await;
    until(&keeper, |status| {
        status.keeper.is_some()
            && status.rebuild.is_none()
            && status.state == ProjectionState::Running
    })
    .await;
    assert_exact(&log, &keeper).await;
    let (generation, _) = {
        let query = Query::small(GENERATIONS, vec!["desk".into()]);
        let rows = views.read_one(query).await.unwrap();
        let generations = rows.read(|row| row.int()).unwrap();
        (generations[0], generations.len())
    };
    assert_eq!(generation, 2);
    assert_eq!(keeper.status_of(DESK).rebuild_error, None);
    keeper.stop().await;
}

#[actix_rt::test]
async fn a_rebuild_that_is_called_off_leaves_the_old_view_and_nothing_else() {
    let log = TestLog::new();
    let mut story = Story::default();
    let projections = log.start().await;
    for _ in 0..20 {
        let head = log
            .append((0..50).map(|_| story.open_account()).collect())
            .await;
        let target = RebuildTarget::One(DESK);
        projections.ask_rebuild(target, "ann").await.unwrap();
        // It may be done by now, or not have begun.
        let called_off = projections.cancel_rebuild(target).await;
        assert!(matches!(
            called_off,
            Ok(()) | Err(ControlError::NotRebuilding(_))
        ));
        assert!(projections.wait_until(head, PATIENCE).await);
    }
    until(&projections, |status| {
        status.rebuild.is_none() && status.state == ProjectionState::Running
    })
    .await;
    assert_exact(&log, &projections).await;
    assert_eq!(accounts(&projections).await, 1_000);
    assert!(matches!(
        projections.cancel_rebuild(RebuildTarget::All).await,
        Err(ControlError::NotRebuilding(_))
    ));
    projections.stop().await;
}

#[actix_rt::test]
async fn a_row_says_what_was_noted() {
    let log = TestLog::new();
    let views = log.views();
    let controls = super::Controls::new(views, DESK);
    assert_eq!(controls.read().await.unwrap(), super::Control::default());
    let failing = super::FailingEvent {
        position: 7,
        reason: "the fold panicked".to_owned(),
    };
    controls.note_failure(Some(&failing)).await.unwrap();
    controls.keep("here").await.unwrap();
    let pause = super::Pause {
        who: "ann".to_owned(),
        reason: None,
        since: Timestamp::from_micros(5),
    };
    controls.pause(&pause).await.unwrap();
    // The first pause stays, and a rebuild that nobody asked for is not noted.
    let other = super::Pause {
        who: "bob".to_owned(),
        ..pause.clone()
    };
    controls.pause(&other).await.unwrap();
    let progress = crate::RebuildProgress::new(Position(5), Position(10), 2.0);
    assert!(!controls.note_rebuild(progress, None).await.unwrap());
    assert!(controls.ask_rebuild("ann").await.unwrap());
    assert!(!controls.ask_rebuild("bob").await.unwrap());
    assert!(controls.note_rebuild(progress, None).await.unwrap());
    let control = controls.read().await.unwrap();
    assert_eq!(control.keeper.as_deref(), Some("here"));
    assert_eq!(control.pause, Some(pause));
    assert_eq!(control.failing, Some(failing));
    let rebuild = control.rebuild.unwrap();
    assert_eq!(
        (rebuild.who.as_str(), rebuild.progress),
        ("ann", Some(progress))
    );
    assert_eq!(progress.seconds_left, Some(2.5));
    let given_up = Some("broken".to_owned());
    assert!(controls.end_rebuild(given_up.clone()).await.unwrap());
    let control = controls.read().await.unwrap();
    assert_eq!((control.rebuild, control.rebuild_error), (None, given_up));
}
