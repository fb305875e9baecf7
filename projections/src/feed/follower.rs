//! The one follower that fills the feed.

use std::{sync::Arc, time::Duration};

use betstream_events::{
    store::{Follow, FollowLog, StoreError},
    tail::LogTail,
};
use tokio_util::sync::CancellationToken;

use super::{Feed, Frame};
use crate::runner::{LogFollower, Skips, Step};

/// How many events one look into the log brings.
const EVENTS_AT_ONCE: usize = 2_000;
/// How long the follower waits for a log that does not answer.
const WAIT_FOR_LOG: Duration = Duration::from_millis(500);

/// Fills `feed` until it is told to stop, then ends every reader.
pub(crate) async fn follow(
    feed: Feed,
    log: Arc<dyn FollowLog>,
    tail: LogTail,
    stop: CancellationToken,
) {
    loop {
        let (identity, position) = {
            let ring = feed.inner.ring.read();
            (ring.identity, ring.up_to)
        };
        let skips = Skips::default();
        let mut follower =
            LogFollower::new(log.clone(), &tail, Follow::Desk, identity, position, skips);
        let ended = tokio::select! {
            () = stop.cancelled() => break,
            ended = fill(&feed, &mut follower) => ended,
        };
        let outcome = match ended {
            Ok(OtherLog) => log
                .head()
                .await
                .map(|head| feed.restart(head.identity, head.position)),
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            tracing::warn!(%error, "the live feed waits for the log");
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(WAIT_FOR_LOG) => {}
            }
        }
    }
    feed.close();
}

struct OtherLog;

async fn fill(feed: &Feed, follower: &mut LogFollower) -> Result<OtherLog, StoreError> {
    loop {
        match follower.next(EVENTS_AT_ONCE, None).await? {
            Step::Events(found) => {
                let frames = found.events().into_iter().filter_map(Frame::of).collect();
                feed.publish(frames, found.up_to);
            }
            Step::Idle => {}
            Step::OtherLog => return Ok(OtherLog),
        }
    }
}
