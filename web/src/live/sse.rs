//! `GET /sse`: the desk's events as they are committed, with resume, and the live figures.

use std::{convert::Infallible, time::Instant};

use actix_web::{HttpRequest, get, web::Data};
use betstream_projections::feed::{Feed, Frame};
use betstream_telemetry::measures::live::FRAMES;
use bytes::Bytes;
use futures::{Stream, stream};
use tokio_util::sync::CancellationToken;
use utoipa::IntoParams;

use super::{
    ClientSlot, LiveClients, Tick, Ticker,
    ending::{Ending, SLOW_AFTER},
    frame,
    news::{News, Placed, Said},
    start::{Topics, start},
};
use crate::{
    access::{AccessMode, Asked, check_live_origin},
    api_types::live::LiveMessage,
    error::ApiResult,
    freshness::OwnWrites,
    request::Params,
};

/// How clients listen here, in the metrics.
const TRANSPORT: &str = "sse";
/// A message that says up to where everything was sent, by its `id:`.
const PING: &str = r#"{"type":"ping"}"#;

/// Where a client begins, and what it listens to.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes parameters; they are read where they are used"
)]
pub(super) struct LiveParams {
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
///
/// When the server ends the stream, its last message is `closing`: it says why, and when to come
/// again.
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
    let topics = Topics::read(&params)?.unwrap_or(Topics::DESK);
    let slot = clients.enter(TRANSPORT, asked.client)?;
    let reader = feed.open(start(&request, &params)).await?;
    let ticks = topics.wants_figures().then(|| ticker.subscribe());
    let news = News::new(topics, reader, ticks, own, shutdown);
    Ok(frame::answer(Client::new(news, slot).messages()))
}

/// One client, whose messages are made only when the connection takes them.
struct Client {
    news: News,
    slot: ClientSlot,
    /// Messages that were made and not taken yet.
    made: std::vec::IntoIter<Bytes>,
    /// When the last message was taken; how long the next one is not asked for says how slow the
    /// connection is.
    taken: Option<Instant>,
    ended: bool,
}

impl Client {
    fn new(news: News, slot: ClientSlot) -> Self {
        let retry = frame::retry(slot.retry());
        Self {
            news,
            slot,
            made: vec![retry].into_iter(),
            taken: None,
            ended: false,
        }
    }

    fn messages(self) -> impl Stream<Item = Result<Bytes, Infallible>> + 'static {
        stream::unfold(self, async |mut client| {
            let message = client.next().await?;
            Some((Ok(message), client))
        })
    }

    async fn next(&mut self) -> Option<Bytes> {
        if self.ended {
            return None;
        }
        if self.taken.is_some_and(|taken| taken.elapsed() > SLOW_AFTER) {
            return Some(self.end(Ending::TooSlow));
        }
        let message = match self.made.next() {
            Some(message) => message,
            None => {
                // From here on it is we who are waited for.
                self.taken = None;
                self.make().await
            }
        };
        FRAMES.of([TRANSPORT]).increment(1);
        self.taken = Some(Instant::now());
        Some(message)
    }

    /// The first of the next messages; the others are made with it.
    async fn make(&mut self) -> Bytes {
        loop {
            match self.news.next().await {
                Said::Frames(frames) => {
                    let mut frames = frames.iter().map(Frame::event_block);
                    let Some(first) = frames.next() else { continue };
                    if frames.len() > 0 {
                        self.made = frames.collect::<Vec<_>>().into_iter();
                    }
                    return first;
                }
                Said::Placed(name, Placed { id, data }) => return frame::message(name, id, &data),
                Said::Ping(id) => return frame::message("ping", id, PING),
                Said::Closing(ending) => return self.end(ending),
                Said::Tick(tick) => {
                    if let Some(figures) = self.figures(&tick) {
                        return figures;
                    }
                }
            }
        }
    }

    fn figures(&mut self, tick: &Tick) -> Option<Bytes> {
        let Topics { stats, odds, .. } = self.news.topics();
        let stats = stats.then(|| frame::message("stats", None, &tick.stats));
        let odds = tick.odds.as_ref().filter(|_| odds);
        let odds = odds.map(|odds| frame::message("odds", None, odds));
        match (stats, odds) {
            (Some(stats), Some(odds)) => {
                self.made = vec![odds].into_iter();
                Some(stats)
            }
            (stats, odds) => stats.or(odds),
        }
    }

    fn end(&mut self, ending: Ending) -> Bytes {
        self.ended = true;
        self.slot.closes(ending.word());
        let retry = self.slot.retry();
        let last = frame::message("closing", None, &ending.message(retry));
        [frame::retry(retry), last].concat().into()
    }
}
