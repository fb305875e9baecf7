//! A client's cursor into the feed.

use betstream_events::{
    envelope::Position,
    store::{Follow, StoreError},
};
use tokio::sync::watch;

use super::{Feed, FeedHead, Frame, News};

/// What comes next for a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedStep {
    /// The next messages, at least one, in order.
    Frames(Vec<Frame>),
    /// The client's position is unknown here: load again, then go on after this one.
    Resync(FeedHead),
    /// The process stops.
    Closed,
}

/// A client's cursor. It holds positions and nothing else.
#[derive(Debug)]
pub struct FeedReader {
    feed: Feed,
    news: watch::Receiver<News>,
    /// Which log and epoch the cursor is in, and after which position it goes on.
    at: FeedHead,
    hello: FeedHead,
    resync: Option<FeedHead>,
}

impl FeedReader {
    pub(super) fn new(feed: Feed, at: FeedHead, resync: Option<FeedHead>) -> Self {
        let news = feed.inner.news.subscribe();
        Self {
            feed,
            news,
            at,
            hello: at,
            resync,
        }
    }

    /// What the stream opens with: the log, and the position after which it goes on.
    pub const fn hello(&self) -> FeedHead {
        self.hello
    }

    /// The position up to which everything was given out: the `id:` of a ping.
    pub fn sent_up_to(&self) -> Position {
        let ring = self.feed.inner.ring.read();
        let caught_up = self.is_of(&ring.identity) && self.at.position >= ring.newest();
        if caught_up {
            self.at.position.max(ring.up_to)
        } else {
            self.at.position
        }
    }

    /// Waits for the next messages and gives at most `max` of them. Dropping the future loses
    /// nothing: the cursor moves only with what is given out.
    ///
    /// # Errors
    /// [`StoreError`] when old events must be read from the log and it does not answer; the call
    /// can be repeated.
    pub async fn next_batch(&mut self, max: usize) -> Result<FeedStep, StoreError> {
        if let Some(head) = self.resync.take() {
            self.at = head;
            return Ok(FeedStep::Resync(head));
        }
        loop {
            self.news.borrow_and_update();
            if self.feed.is_closed() {
                return Ok(FeedStep::Closed);
            }
            let (head, newest, frames) = {
                let ring = self.feed.inner.ring.read();
                let head = FeedHead::new(&ring.identity, ring.up_to);
                (
                    head,
                    ring.complete_after,
                    ring.after(self.at.position, max.max(1)),
                )
            };
            if (head.log, head.epoch) != (self.at.log, self.at.epoch) {
                self.at = head;
                return Ok(FeedStep::Resync(head));
            }
            let frames = match frames {
                Some(frames) => frames,
                None => match self.read_old(newest, max.max(1)).await? {
                    Some(frames) => frames,
                    None => continue,
                },
            };
            if let Some(last) = frames.last() {
                self.at.position = last.position;
                return Ok(FeedStep::Frames(frames));
            }
            let _feed_lives_as_long_as_we = self.news.changed().await;
        }
    }

    /// Reads events that the ring does not hold any more, up to `ring_start`. None when nothing of
    /// them is a message; the cursor has moved over them then.
    async fn read_old(
        &mut self,
        ring_start: Position,
        max: usize,
    ) -> Result<Option<Vec<Frame>>, StoreError> {
        // The semaphore is never closed, so a turn always comes.
        let _turn = self.feed.inner.old_reads.acquire().await;
        let events = self
            .feed
            .inner
            .log
            .read_after(self.at.position, ring_start, max, Follow::Desk)
            .await?;
        let read_to = if events.len() < max {
            ring_start
        } else {
            events.last().map_or(ring_start, |last| last.position)
        };
        let frames: Vec<Frame> = events.iter().filter_map(Frame::of).collect();
        if frames.is_empty() {
            self.at.position = self.at.position.max(read_to);
            return Ok(None);
        }
        Ok(Some(frames))
    }

    fn is_of(&self, identity: &betstream_events::store::LogIdentity) -> bool {
        (identity.log, identity.epoch) == (self.at.log, self.at.epoch)
    }
}
