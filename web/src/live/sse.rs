//! `GET /sse`: the desk's events as they are committed, with resume, and the live figures.

use std::{convert::Infallible, time::Duration};

use actix_web::{HttpRequest, get, web::Data};
use actix_web_lab::sse::Event;
use betstream_events::store::StoreError;
use betstream_projections::feed::{Feed, FeedHead, FeedReader, FeedStep, Frame};
use betstream_telemetry::measures::live as figures;
use futures::{Stream, StreamExt, stream};
use tokio::{
    sync::broadcast::{self, error::RecvError},
    time::{Instant, Interval, interval_at},
};
use tokio_util::sync::CancellationToken;
use utoipa::IntoParams;

use super::{
    ClientSlot, LiveClients, Tick, Ticker, frame,
    start::{Topics, start},
};
use crate::{
    access::{AccessMode, Asked, check_live_origin},
    api_types::live::LiveMessage,
    error::ApiResult,
    freshness::OwnWrites,
    request::Params,
};

/// How often a stream says up to where everything was sent.
const PING_EVERY: Duration = Duration::from_secs(15);
/// Most messages that are handed to the connection at once.
const MESSAGES_AT_ONCE: usize = 256;
/// How long to wait when the log does not answer.
const LOG_PAUSE: Duration = Duration::from_secs(1);

/// Where a client begins, and what it listens to.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes parameters; they are read where they are used"
)]
struct LiveParams {
    /// What to listen to: `desk`, `stats`, `odds`, with commas; the desk without it.
    #[param(example = "desk,stats,odds")]
    topics: Option<String>,
    /// The last position that the client has seen.
    last_event_id: Option<i64>,
    /// The log in which it saw it, as `<log>:<epoch>` of `hello`.
    log: Option<String>,
}

/// Where a browser goes on by itself.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(
    dead_code,
    reason = "describes parameters; they are read where they are used"
)]
struct ResumeHeader {
    /// The last position that the client has seen; goes before `last_event_id`.
    #[param(rename = "Last-Event-ID")]
    last_event_id: Option<String>,
}

/// Watch live. Each event of the log is at most one message, with its position as `id:`.
#[utoipa::path(
    tag = "live", operation_id = "live", params(LiveParams, ResumeHeader),
    responses((status = 200, body = LiveMessage, content_type = "text/event-stream")),
)]
#[get("/sse")]
#[expect(clippy::too_many_arguments, reason = "each dependency by its own type")]
pub(crate) async fn live(
    request: HttpRequest,
    params: Params,
    asked: Asked,
    access: Data<AccessMode>,
    clients: Data<LiveClients>,
    feed: Data<Feed>,
    ticker: Data<Ticker>,
    own: Data<OwnWrites>,
    shutdown: Data<CancellationToken>,
) -> ApiResult {
    check_live_origin(&access, &asked, request.headers())?;
    let topics = Topics::read(&params)?;
    let slot = clients.enter("sse", asked.client)?;
    let reader = feed.open(start(&request, &params)).await?;
    let ticks = topics.wants_figures().then(|| ticker.subscribe());
    let client = Client::new(topics, reader, ticks, own, shutdown, slot);
    Ok(frame::answer(&request, client.messages()))
}

/// One client: a cursor, and nothing that grows.
struct Client {
    topics: Topics,
    reader: FeedReader,
    ticks: Option<broadcast::Receiver<Tick>>,
    pings: Interval,
    own: Data<OwnWrites>,
    shutdown: Data<CancellationToken>,
    greeted: bool,
    slot: ClientSlot,
}

/// What comes next for a client.
enum Next {
    Step(Result<FeedStep, StoreError>),
    Tick(Result<Tick, RecvError>),
    Ping,
    Stop,
}

impl Client {
    fn new(
        topics: Topics,
        reader: FeedReader,
        ticks: Option<broadcast::Receiver<Tick>>,
        own: Data<OwnWrites>,
        shutdown: Data<CancellationToken>,
        slot: ClientSlot,
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
            slot,
        }
    }

    /// Its messages, made only when the connection takes them.
    fn messages(self) -> impl Stream<Item = Result<Event, Infallible>> + 'static {
        let groups = stream::unfold(Some(self), async |client| {
            let mut client = client?;
            let (events, goes_on) = client.next().await;
            figures::FRAMES.of(["sse"]).increment(events.len() as u64);
            Some((stream::iter(events).map(Ok), goes_on.then_some(client)))
        });
        groups.flatten()
    }

    /// The next messages, and whether more will come.
    async fn next(&mut self) -> (Vec<Event>, bool) {
        if !self.greeted {
            self.greeted = true;
            return (vec![self.placed("hello", self.reader.hello())], true);
        }
        loop {
            match self.wait().await {
                Next::Step(Ok(FeedStep::Frames(frames))) => return (self.write(&frames), true),
                Next::Step(Ok(FeedStep::Resync(head))) => {
                    figures::RESYNCS.increment(1);
                    return (vec![self.placed("resync", head)], true);
                }
                Next::Step(Ok(FeedStep::Closed)) | Next::Stop => {
                    self.slot.closes("stopping");
                    return (vec![frame::comment("the server is stopping")], false);
                }
                Next::Step(Err(error)) => {
                    tracing::debug!(%error, "a live client waits for the log");
                    tokio::time::sleep(LOG_PAUSE).await;
                }
                Next::Tick(Ok(tick)) => {
                    let events = self.figures(&tick);
                    if !events.is_empty() {
                        return (events, true);
                    }
                }
                Next::Tick(Err(RecvError::Lagged(_))) => {
                    self.slot.closes("slow");
                    return (
                        vec![frame::comment(
                            "this client is too slow for the figures; come again",
                        )],
                        false,
                    );
                }
                Next::Tick(Err(RecvError::Closed)) => self.ticks = None,
                Next::Ping => return (vec![self.ping()], true),
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
            () = shutdown.cancelled() => Next::Stop,
            step = step => Next::Step(step),
            tick = tick => Next::Tick(tick),
            _ = pings.tick() => Next::Ping,
        }
    }

    /// A message that says where the stream stands.
    fn placed(&self, name: &'static str, head: FeedHead) -> Event {
        let FeedHead {
            log,
            epoch,
            position,
        } = head;
        let data =
            format!(r#"{{"type":"{name}","log":"{log}","epoch":{epoch},"position":{position}}}"#);
        frame::message(name, self.topics.desk.then_some(position), &data)
    }

    fn write(&self, frames: &[Frame]) -> Vec<Event> {
        if let Some(last) = frames.last() {
            self.own.sent_live(last.position);
        }
        frames
            .iter()
            .map(|frame| frame::message(frame.event, Some(frame.position), &frame.data))
            .collect()
    }

    fn figures(&self, tick: &Tick) -> Vec<Event> {
        let stats = self
            .topics
            .stats
            .then(|| frame::message("stats", None, &tick.stats));
        let odds = tick.odds.as_ref().filter(|_| self.topics.odds);
        stats
            .into_iter()
            .chain(odds.map(|odds| frame::message("odds", None, odds)))
            .collect()
    }

    fn ping(&self) -> Event {
        let sent_up_to = self.topics.desk.then(|| self.reader.sent_up_to());
        frame::message("ping", sent_up_to, r#"{"type":"ping"}"#)
    }
}
