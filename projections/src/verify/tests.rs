use crate::{
    ProjectionName,
    testing::{Story, TestLog},
};

#[actix_rt::test]
async fn a_view_that_was_never_started_is_no_equal_of_the_log() {
    let log = TestLog::new();
    let mut story = Story::default();
    log.append(vec![story.open_account()]).await;
    let projections = log.open().await;
    let differences = projections.verify(ProjectionName::Desk).await.unwrap();
    assert_eq!(differences[0].row, "there is no running view");
}
