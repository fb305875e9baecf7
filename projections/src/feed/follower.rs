//! The one follower that fills the feed.

use std::{sync::Arc, time::Duration};

use betstream_events::{
    envelope::Position,
    store::{Follow, FollowLog, StoreError},
    tail::LogTail,
};
use tokio_util::sync::CancellationToken;

use super::{Feed, Frame};
use crate::runner::{LogFollower, Skips, Step};

/// How many events one look into the log brings.
const EVENTS_AT_ONCE: usize = 2_000;
/// How far back events are read at the start: who comes again after a restart goes on from shortly
/// before it, and thousands of them are answered from memory.
const POSITIONS_REMEMBERED: i64 = 50_000;
/// How long the follower waits for a log that does not answer.
const WAIT_FOR_LOG: Duration = Duration::from_millis(500);

/// Fills `feed` until it is told to stop, then ends every reader.
pub(crate) async fn follow(
    feed: Feed,
    log: Arc<dyn FollowLog>,
    tail: LogTail,
    stop: CancellationToken,
) {
    let remembered = tokio::select! {
        () = stop.cancelled() => Ok(()),
        remembered = remember(&feed, &*log) => remembered,
    };
    if let Err(error) = remembered {
        tracing::debug!(%error, "live clients that come again read from the log");
    }
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

/// Puts the events shortly before the head into the ring.
async fn remember(feed: &Feed, log: &dyn FollowLog) -> Result<(), StoreError> {
    let (identity, head) = {
        let ring = feed.inner.ring.read();
        (ring.identity, ring.complete_after)
    };
    let start = Position((head.0 - POSITIONS_REMEMBERED).max(0));
    let (mut frames, mut after) = (Vec::new(), start);
    loop {
        let events = log
            .read_after(after, head, EVENTS_AT_ONCE, Follow::Desk)
            .await?;
        frames.extend(events.iter().filter_map(Frame::of));
        match events.last() {
            Some(last) if events.len() == EVENTS_AT_ONCE => after = last.position,
            _ => break,
        }
    }
    feed.inner.ring.write().remember(identity, start, frames);
    Ok(())
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
