//! What a live client is told, whichever transport carries it.

use std::time::Duration;

use actix_web::web::Data;
use betstream_events::{envelope::Position, store::StoreError};
use betstream_projections::feed::{FeedHead, FeedReader, FeedStep, Frame};
use betstream_telemetry::measures::live::RESYNCS;
use tokio::{
    sync::broadcast::{self, error::RecvError},
    time::{Instant, Interval, interval_at},
};
use tokio_util::sync::CancellationToken;

use super::{Tick, ending::Ending, start::Topics};
use crate::freshness::OwnWrites;

/// How often a stream says up to where everything was sent.
pub(super) const PING_EVERY: Duration = Duration::from_secs(15);
/// Most messages that are handed to a connection at once.
const MESSAGES_AT_ONCE: usize = 256;
/// How long to wait when the log does not answer.
const LOG_PAUSE: Duration = Duration::from_secs(1);

/// What one client is told, in order: a cursor, and nothing that grows.
pub(super) struct News {
    topics: Topics,
    reader: FeedReader,
    ticks: Option<broadcast::Receiver<Tick>>,
    pings: Interval,
    own: Data<OwnWrites>,
    shutdown: Data<CancellationToken>,
    greeted: bool,
}

/// What a client is told next.
pub(super) enum Said {
    /// Where the stream stands, as `hello` or `resync`.
    Placed(&'static str, Placed),
    /// Events, at least one.
    Frames(Vec<Frame>),
    /// The figures of this second.
    Tick(Tick),
    /// Everything up to here was sent; none for who listens to figures alone.
    Ping(Option<Position>),
    /// The stream ends.
    Closing(Ending),
}

/// Where a stream stands.
pub(super) struct Placed {
    /// The position for the client to go on from; none for who listens to figures alone.
    pub(super) id: Option<Position>,
    /// The message's JSON.
    pub(super) data: String,
}

/// What comes next.
enum Next {
    Step(Result<FeedStep, StoreError>),
    Tick(Result<Tick, RecvError>),
    Ping,
    Stop,
}

impl News {
    pub(super) fn new(
        topics: Topics,
        reader: FeedReader,
        ticks: Option<broadcast::Receiver<Tick>>,
        own: Data<OwnWrites>,
        shutdown: Data<CancellationToken>,
    ) -> Self {
        let pings = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
        Self {
            topics,
            reader,
            ticks,
            pings,
            own,
            shutdown,
            greeted: false,
        }
    }

    /// What the client listens to.
    pub(super) const fn topics(&self) -> Topics {
        self.topics
    }

    /// Waits for what comes next. Dropping the future loses nothing.
    pub(super) async fn next(&mut self) -> Said {
        if !self.greeted {
            self.greeted = true;
            return self.placed("hello", self.reader.hello());
        }
        loop {
            match self.wait().await {
                Next::Step(Ok(FeedStep::Frames(frames))) => {
                    if let Some(last) = frames.last() {
                        self.own.sent_live(last.position);
                    }
                    return Said::Frames(frames);
                }
                Next::Step(Ok(FeedStep::Resync(head))) => {
                    RESYNCS.increment(1);
                    return self.placed("resync", head);
                }
                Next::Step(Ok(FeedStep::Closed)) | Next::Stop => {
                    return Said::Closing(Ending::Stopping);
                }
                Next::Step(Err(error)) => {
                    tracing::debug!(%error, "a live client waits for the log");
                    tokio::time::sleep(LOG_PAUSE).await;
                }
                Next::Tick(Ok(tick)) => return Said::Tick(tick),
                Next::Tick(Err(RecvError::Lagged(_))) => return Said::Closing(Ending::TooSlow),
                Next::Tick(Err(RecvError::Closed)) => self.ticks = None,
                Next::Ping => {
                    let sent_up_to = self.topics.desk.then(|| self.reader.sent_up_to());
                    return Said::Ping(sent_up_to);
                }
            }
        }
    }

    async fn wait(&mut self) -> Next {
        let Self {
            topics,
            reader,
            ticks,
            pings,
            shutdown,
            ..
        } = self;
        let tick = async {
            match ticks {
                Some(ticks) => ticks.recv().await,
                None => std::future::pending().await,
            }
        };
        let step = async {
            match topics.desk {
                true => reader.next_batch(MESSAGES_AT_ONCE).await,
                false => std::future::pending().await,
            }
        };
        // Waiting for a step can be given up at any time: the cursor moves only with what it gives.
        tokio::select! {
            biased;
            step = step => Next::Step(step),
            tick = tick => Next::Tick(tick),
            () = shutdown.cancelled() => Next::Stop,
            _ = pings.tick() => Next::Ping,
        }
    }

    fn placed(&self, name: &'static str, head: FeedHead) -> Said {
        let FeedHead {
            log,
            epoch,
            position,
        } = head;
        let data =
            format!(r#"{{"position":{position},"type":"{name}","log":"{log}","epoch":{epoch}}}"#);
        let id = self.topics.desk.then_some(position);
        Said::Placed(name, Placed { id, data })
    }
}
