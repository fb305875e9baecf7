//! The live feed: the desk's events in the order of the log, as messages for live clients.
//!
//! One follower a process turns each event into a frame once and keeps the last ones in a ring.
//! Clients are cursors into it: they hold a position and no buffer, so ten thousand are cheap, and
//! each can go on from any position with nothing missed and nothing twice.

mod follower;
pub mod message;
mod reader;
mod ring;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use betstream_events::{
    envelope::Position,
    store::{FollowLog, LogIdentity, StoreError},
};
use tokio::sync::{Semaphore, watch};
use uuid::Uuid;

pub use message::LiveMessage;
pub use reader::{FeedReader, FeedStep};
pub use ring::Frame;

pub(crate) use follower::follow;
use ring::Ring;

/// How many clients read old events from the log at the same time; the others wait their turn.
const READS_AT_ONCE: usize = 8;

/// Where the feed stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedHead {
    /// The log.
    pub log: Uuid,
    /// Its epoch.
    pub epoch: i64,
    /// The position after which the stream goes on.
    pub position: Position,
}

impl FeedHead {
    const fn new(identity: &LogIdentity, position: Position) -> Self {
        Self {
            log: identity.log,
            epoch: identity.epoch,
            position,
        }
    }
}

/// Where a client wants to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedStart {
    /// At the head: a new client.
    Head,
    /// After what it has seen.
    After {
        /// The last position that it has seen.
        position: Position,
        /// The log and epoch in which it saw it, where it says so.
        log: Option<(Uuid, i64)>,
    },
}

/// The live feed of this process; cheap to clone.
#[derive(Clone)]
pub struct Feed {
    inner: Arc<FeedInner>,
}

struct FeedInner {
    log: Arc<dyn FollowLog>,
    ring: parking_lot::RwLock<Ring>,
    /// The newest position with a frame: what clients wait for.
    news: watch::Sender<News>,
    old_reads: Semaphore,
}

/// What wakes clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum News {
    /// There is a frame at this position, in this epoch.
    Frame(Position, i64),
    /// The process stops.
    Closed,
}

impl Feed {
    pub(crate) fn new(log: Arc<dyn FollowLog>, identity: LogIdentity, head: Position) -> Self {
        let news = watch::Sender::new(News::Frame(head, identity.epoch));
        let ring = parking_lot::RwLock::new(Ring::starting_at(identity, head));
        Self {
            inner: Arc::new(FeedInner {
                log,
                ring,
                news,
                old_reads: Semaphore::new(READS_AT_ONCE),
            }),
        }
    }

    /// Where the feed stands: everything up to there was handed to whoever keeps up.
    pub fn head(&self) -> FeedHead {
        let ring = self.inner.ring.read();
        FeedHead::new(&ring.identity, ring.up_to)
    }

    /// A cursor that begins at `start`. One whose start is unknown here gets
    /// [`FeedStep::Resync`] first and goes on from the head.
    ///
    /// # Errors
    /// [`StoreError`] when the log must be asked and does not answer.
    pub async fn open(&self, start: FeedStart) -> Result<FeedReader, StoreError> {
        let head = self.head();
        let FeedStart::After { position, log } = start else {
            return Ok(FeedReader::new(self.clone(), head, None));
        };
        let other_log = log.is_some_and(|log| log != (head.log, head.epoch));
        // Another process may have told the client of events that the follower here is about to see.
        let unknown = other_log
            || (position > head.position && position > self.inner.log.head().await?.position);
        let resumed = FeedHead {
            position: if unknown { head.position } else { position },
            ..head
        };
        Ok(FeedReader::new(
            self.clone(),
            resumed,
            unknown.then_some(head),
        ))
    }

    /// Ends every reader: its next step is [`FeedStep::Closed`].
    pub fn close(&self) {
        self.inner.news.send_replace(News::Closed);
    }

    fn is_closed(&self) -> bool {
        *self.inner.news.borrow() == News::Closed
    }

    /// Adds frames and says that everything up to `up_to` is known.
    fn publish(&self, frames: Vec<Frame>, up_to: Position) {
        let newest = frames.last().map(|frame| frame.position);
        let epoch = {
            let mut ring = self.inner.ring.write();
            ring.extend(frames, up_to);
            ring.identity.epoch
        };
        if let Some(newest) = newest {
            self.wake(News::Frame(newest, epoch));
        }
    }

    /// Starts again in another log or epoch; every reader is told to load again.
    fn restart(&self, identity: LogIdentity, head: Position) {
        *self.inner.ring.write() = Ring::starting_at(identity, head);
        self.wake(News::Frame(head, identity.epoch));
    }

    fn wake(&self, news: News) {
        self.inner.news.send_if_modified(|known| {
            let changes = *known != News::Closed;
            if changes {
                *known = news;
            }
            changes
        });
    }
}

impl std::fmt::Debug for Feed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Feed").field("head", &self.head()).finish()
    }
}
