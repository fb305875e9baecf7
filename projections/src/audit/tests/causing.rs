//! Causes and effects.

use betstream_events::{
    metadata::{Metadata, Road},
    store::AppendRequest,
};

use crate::testing::{PATIENCE, Story, TestLog};

fn caused(mut request: AppendRequest, correlation: Option<&str>, cause: &str) -> AppendRequest {
    for event in request
        .writes
        .iter_mut()
        .flat_map(|write| &mut write.events)
    {
        let mut metadata = Metadata::new("ana", Road::Http);
        metadata.correlation = correlation.map(str::to_owned);
        metadata.causation = Some(cause.to_owned());
        event.metadata = metadata.to_json().into();
    }
    request
}

fn id_of(request: &AppendRequest) -> String {
    request.writes[0].events[0].event_id.to_string()
}

#[actix_rt::test]
async fn a_tree_shows_what_a_request_led_to() {
    let log = TestLog::new();
    let projections = log.start().await;
    let mut story = Story::default();
    let open = caused(story.open_account(), Some("c-1"), "request 1");
    let batch = caused(
        story.create_batch(1, 1),
        Some("c-1"),
        &format!("event {}", id_of(&open)),
    );
    let other = caused(story.open_account(), None, "request 2");
    let closed = caused(story.close_account(1), Some("c-1"), "request 3");
    let withdrawn = caused(story.create_batch(1, 0), Some("c-1"), &id_of(&closed));
    let added = caused(story.create_batch(1, 0), Some("c-1"), &id_of(&batch));
    let follows_other = caused(
        story.create_batch(4, 0),
        Some(&id_of(&other)),
        &id_of(&other),
    );
    let other_id = id_of(&other);
    let head = log
        .append(vec![
            open,
            batch,
            other,
            closed,
            withdrawn,
            added,
            follows_other,
        ])
        .await;
    assert!(projections.wait_until(head, PATIENCE).await);

    let shape = async |correlation: &str| {
        let tree = projections.audit().tree(correlation).await.unwrap().value;
        assert!(!tree.is_cut);
        let node = |node: &crate::audit::CauseNode| {
            (
                node.row.position.0,
                node.depth,
                node.caused_by.map(|cause| cause.0),
            )
        };
        tree.nodes.iter().map(node).collect::<Vec<_>>()
    };
    assert_eq!(
        shape("c-1").await,
        [
            (1, 0, None),
            (2, 1, Some(1)),
            (6, 2, Some(2)),
            (4, 0, None),
            (5, 1, Some(4)),
        ]
    );
    // An event without a correlation is its own.
    assert_eq!(shape(&other_id).await, [(3, 0, None), (7, 1, Some(3))]);
    assert_eq!(shape("c-2").await, []);
    projections.stop().await;
}
