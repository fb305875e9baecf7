//! `GET /ws`: the live figures once a second, or what `/sse` carries, over a WebSocket.

use std::time::{Duration, Instant};

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Payload},
};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, Session};
use betstream_projections::{
    feed::{Feed, FeedStart, Frame},
    stats::StatsFigures,
};
use betstream_telemetry::measures::live::FRAMES;
use bytestring::ByteString;
use tokio::time::{interval, timeout};
use tokio_util::sync::CancellationToken;

use super::{
    ClientSlot, LiveClients, Ticker,
    ending::{Ending, SLOW_AFTER},
    news::{News, PING_EVERY, Said},
    sse::LiveParams,
    start::{Topics, start},
};
use crate::{
    access::{AccessMode, Asked, check_live_origin},
    error::{ApiError, kinds},
    freshness::OwnWrites,
    request::Params,
};

/// How clients listen here, in the metrics.
const TRANSPORT: &str = "ws";
/// How long a client may say nothing at all.
const SILENCE: Duration = Duration::from_secs(45);
/// Largest message that a client may send; it has nothing to say.
const MAX_INCOMING_BYTES: usize = 4 * 1024;

/// The live figures, once a second, as text messages; with `topics`, the messages of `/sse`, each
/// with its `position` for the client to go on from. A client that takes nothing is closed with
/// 1013; 1001 means that the server is stopping.
#[utoipa::path(
    tag = "live", operation_id = "live_figures", params(LiveParams),
    responses(
        (status = 101, description = "Switching to a WebSocket, on which each message is a StatsFigures, or with `topics` a LiveMessage"),
        (status = 200, description = "The form of each message", body = StatsFigures),
    ),
)]
#[get("/ws")]
#[expect(clippy::too_many_arguments, reason = "each dependency by its own type")]
pub(crate) async fn live_figures(
    request: HttpRequest,
    payload: Payload,
    params: Params,
    asked: Asked,
    access: Data<AccessMode>,
    clients: Data<LiveClients>,
    feed: Data<Feed>,
    ticker: Data<Ticker>,
    own: Data<OwnWrites>,
    shutdown: Data<CancellationToken>,
) -> Result<HttpResponse, ApiError> {
    check_live_origin(&access, &asked, request.headers())?;
    let wanted = Topics::read(&params)?;
    let topics = wanted.unwrap_or(Topics::STATS);
    let slot = clients.enter(TRANSPORT, asked.client)?;
    let begin = match topics.desk {
        true => start(&request, &params),
        false => FeedStart::Head,
    };
    let reader = feed.open(begin).await?;
    let ticks = topics.wants_figures().then(|| ticker.subscribe());
    let refuse = |error: actix_web::Error| {
        ApiError::new(
            &kinds::BAD_REQUEST,
            format!("this is for WebSockets: {error}"),
        )
    };
    let (response, session, messages) = actix_ws::handle(&request, payload).map_err(refuse)?;
    let messages = messages
        .max_frame_size(MAX_INCOMING_BYTES)
        .aggregate_continuations();
    let messages = messages.max_continuation_size(MAX_INCOMING_BYTES);
    let client = Client {
        session,
        news: News::new(topics, reader, ticks, own, shutdown),
        bare: wanted.is_none(),
        slot,
    };
    actix_web::rt::spawn(client.serve(messages));
    Ok(response)
}

/// One client.
struct Client {
    session: Session,
    news: News,
    /// Figures alone, without anything around them.
    bare: bool,
    slot: ClientSlot,
}

/// How a conversation ends.
enum End {
    /// The client is gone.
    Gone,
    /// The server ends it.
    Ours(Ending),
    /// It is closed for another reason.
    Closed(CloseReason),
}

impl Client {
    async fn serve(mut self, messages: AggregatedMessageStream) {
        let reason = match self.converse(messages).await {
            End::Gone => return,
            End::Closed(reason) => reason,
            End::Ours(ending) => {
                self.slot.closes(ending.word());
                if !self.bare {
                    let last = ending.message(self.slot.retry());
                    let _too_slow_for_it = timeout(SLOW_AFTER, self.session.text(last)).await;
                }
                CloseReason {
                    code: code(ending),
                    description: Some(ending.words().to_owned()),
                }
            }
        };
        let _already_gone = timeout(SLOW_AFTER, self.session.close(Some(reason))).await;
    }

    /// Sends until something ends it.
    async fn converse(&mut self, mut messages: AggregatedMessageStream) -> End {
        let mut pings = interval(PING_EVERY);
        let mut heard = Instant::now();
        loop {
            tokio::select! {
                said = self.news.next() => {
                    if let Err(end) = self.tell(said).await {
                        return end;
                    }
                }
                message = messages.recv() => match message {
                    Some(Ok(AggregatedMessage::Ping(bytes))) => {
                        heard = Instant::now();
                        if self.session.pong(&bytes).await.is_err() {
                            return End::Gone;
                        }
                    }
                    Some(Ok(AggregatedMessage::Close(reason))) => {
                        return End::Closed(reason.unwrap_or_else(|| CloseCode::Normal.into()));
                    }
                    Some(Ok(_)) => heard = Instant::now(),
                    Some(Err(_)) => {
                        self.slot.closes("protocol");
                        return closed(CloseCode::Protocol, "that is no WebSocket message");
                    }
                    None => return End::Gone,
                },
                _ = pings.tick() => {
                    if heard.elapsed() > SILENCE {
                        self.slot.closes("silent");
                        return closed(CloseCode::Again, "this client says nothing");
                    }
                    if self.session.ping(b"").await.is_err() {
                        return End::Gone;
                    }
                }
            }
        }
    }

    async fn tell(&mut self, said: Said) -> Result<(), End> {
        match said {
            Said::Frames(frames) => {
                for text in frames.iter().map(Frame::json) {
                    self.text(text).await?;
                }
            }
            Said::Tick(tick) => {
                let Topics { stats, odds, .. } = self.news.topics();
                if stats {
                    self.text((*tick.stats).into()).await?;
                }
                if let Some(odds) = tick.odds.filter(|_| odds) {
                    self.text((*odds).into()).await?;
                }
            }
            Said::Placed(..) | Said::Ping(_) if self.bare => {}
            Said::Placed(_, placed) => self.text(placed.data.into()).await?,
            Said::Ping(Some(position)) => {
                let ping = format!(r#"{{"position":{position},"type":"ping"}}"#);
                self.text(ping.into()).await?;
            }
            Said::Ping(None) => self.text(r#"{"type":"ping"}"#.into()).await?,
            Said::Closing(ending) => return Err(End::Ours(ending)),
        }
        Ok(())
    }

    async fn text(&mut self, text: ByteString) -> Result<(), End> {
        match timeout(SLOW_AFTER, self.session.text(text)).await {
            Ok(Ok(())) => {
                FRAMES.of([TRANSPORT]).increment(1);
                Ok(())
            }
            Ok(Err(_gone)) => Err(End::Gone),
            Err(_late) => Err(End::Ours(Ending::TooSlow)),
        }
    }
}

const fn code(ending: Ending) -> CloseCode {
    match ending {
        Ending::Stopping => CloseCode::Away,
        Ending::TooSlow => CloseCode::Again,
    }
}

fn closed(code: CloseCode, description: &str) -> End {
    End::Closed(CloseReason {
        code,
        description: Some(description.to_owned()),
    })
}
