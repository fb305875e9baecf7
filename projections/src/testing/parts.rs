//! The property of every projection: a fold of the whole equals folds of its parts, and what is
//! applied again changes nothing.

use std::sync::Arc;

use betstream_events::{envelope::RecordedEvent, store::AppendRequest};

use super::TestLog;
use crate::{
    checkpoint::Checkpoint,
    projection::Projection,
    runner::{Sink, ViewSink},
    views::{CommitError, ViewStore},
};

const WHOLE: i64 = 5;
const PARTS: i64 = 6;

/// Folds a story at once and in parts that end at `cuts`, and compares the tables.
pub(crate) fn assert_parts_equal_the_whole<P: Projection>(
    story: Vec<AppendRequest>,
    cuts: &[usize],
) {
    assert_parts_equal_the_whole_in(story, cuts, |_, views| ViewSink::<P>::new(views));
}

/// As [`assert_parts_equal_the_whole`], in the sink that `make` makes.
pub(crate) fn assert_parts_equal_the_whole_in<S: Sink>(
    story: Vec<AppendRequest>,
    cuts: &[usize],
    make: impl Fn(&TestLog, Arc<dyn ViewStore>) -> Arc<S>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let log = TestLog::new();
        if !story.is_empty() {
            log.append(story).await;
        }
        let events = log.events().await;
        let sink = make(&log, log.views());
        compare(&log, &*sink, &events, cuts).await;
    });
}

async fn compare(log: &TestLog, sink: &dyn Sink, events: &[RecordedEvent], cuts: &[usize]) {
    let start = Checkpoint::start(&log.head().await.identity);
    let mut whole = sink.prepare(WHOLE, &start).await.unwrap();
    apply(sink, log, WHOLE, &mut whole, events).await;

    let mut parts = sink.prepare(PARTS, &start).await.unwrap();
    let mut rest = events;
    for cut in cuts {
        let (part, later) = rest.split_at((*cut).min(rest.len()));
        let before = parts;
        apply(sink, log, PARTS, &mut parts, part).await;
        rest = later;
        // The same events again, from the checkpoint that they had: refused as a whole.
        if parts != before {
            let mut fold = sink.fold(PARTS);
            part.iter().for_each(|event| fold.add(event));
            assert!(matches!(
                fold.commit(&before, &parts).await,
                Err(CommitError::NotOwner)
            ));
        }
    }
    apply(sink, log, PARTS, &mut parts, rest).await;
    assert_eq!(sink.differences(WHOLE, PARTS).await.unwrap().0, vec![]);
}

async fn apply(
    sink: &dyn Sink,
    log: &TestLog,
    generation: i64,
    at: &mut Checkpoint,
    events: &[RecordedEvent],
) {
    let Some(last) = events.last() else { return };
    let mut fold = sink.fold(generation);
    events.iter().for_each(|event| fold.add(event));
    let to = at.moved_to(last.position, &*log.store).await.unwrap();
    fold.commit(at, &to).await.unwrap();
    *at = to;
}
