//! `GET /ws`: the live figures once a second, over a WebSocket.

use std::time::{Duration, Instant};

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Payload},
};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, Session};
use betstream_projections::stats::StatsFigures;
use betstream_telemetry::measures::live;
use tokio::{
    sync::broadcast::{self, error::RecvError},
    time::interval,
};
use tokio_util::sync::CancellationToken;

use super::{ClientSlot, LiveClients, Tick, Ticker};
use crate::{
    access::{AccessMode, Asked, check_live_origin},
    error::{ApiError, kinds},
};

/// How often a client is asked whether it is there.
const PING_EVERY: Duration = Duration::from_secs(15);
/// How long a client may say nothing at all.
const SILENCE: Duration = Duration::from_secs(45);
/// How long a message may wait for a client to take it.
const TAKE_WITHIN: Duration = Duration::from_secs(5);
/// Largest message that a client may send; it has nothing to say.
const MAX_INCOMING_BYTES: usize = 4 * 1024;

/// The live figures, once a second, as text messages.
#[utoipa::path(
    tag = "live", operation_id = "live_figures",
    responses(
        (status = 101, description = "Switching to a WebSocket, on which each message is a StatsFigures"),
        (status = 200, description = "The form of each message", body = StatsFigures),
    ),
)]
#[get("/ws")]
pub(crate) async fn live_figures(
    request: HttpRequest,
    payload: Payload,
    asked: Asked,
    access: Data<AccessMode>,
    clients: Data<LiveClients>,
    ticker: Data<Ticker>,
    shutdown: Data<CancellationToken>,
) -> Result<HttpResponse, ApiError> {
    check_live_origin(&access, &asked, request.headers())?;
    let slot = clients.enter("ws", asked.client)?;
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
    actix_web::rt::spawn(serve(session, messages, ticker.subscribe(), shutdown, slot));
    Ok(response)
}

async fn serve(
    mut session: Session,
    messages: AggregatedMessageStream,
    ticks: broadcast::Receiver<Tick>,
    shutdown: Data<CancellationToken>,
    mut slot: ClientSlot,
) {
    if let Some(reason) = converse(&mut session, messages, ticks, &shutdown, &mut slot).await {
        let _already_gone = tokio::time::timeout(TAKE_WITHIN, session.close(Some(reason))).await;
    }
    drop(slot);
}

/// Sends until something ends it; says how to close, unless the client is gone.
async fn converse(
    session: &mut Session,
    mut messages: AggregatedMessageStream,
    mut ticks: broadcast::Receiver<Tick>,
    shutdown: &CancellationToken,
    slot: &mut ClientSlot,
) -> Option<CloseReason> {
    let mut pings = interval(PING_EVERY);
    let mut heard = Instant::now();
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return close(slot, STOPPING),
            tick = ticks.recv() => match tick {
                Ok(tick) => match tokio::time::timeout(TAKE_WITHIN, session.text(&*tick.stats)).await {
                    Ok(Ok(())) => live::FRAMES.of(["ws"]).increment(1),
                    Ok(Err(_gone)) => return None,
                    Err(_too_slow) => return close(slot, SLOW),
                },
                Err(RecvError::Lagged(_)) => return close(slot, SLOW),
                Err(RecvError::Closed) => return close(slot, STOPPING),
            },
            message = messages.recv() => match message {
                Some(Ok(AggregatedMessage::Ping(bytes))) => {
                    heard = Instant::now();
                    session.pong(&bytes).await.ok()?;
                }
                Some(Ok(AggregatedMessage::Close(reason))) => return reason.or_else(|| self::reason(CloseCode::Normal, "")),
                Some(Ok(_)) => heard = Instant::now(),
                Some(Err(_)) => return close(slot, PROTOCOL),
                None => return None,
            },
            _ = pings.tick() => {
                if heard.elapsed() > SILENCE {
                    return close(slot, SILENT);
                }
                session.ping(b"").await.ok()?;
            }
        }
    }
}

/// Why a connection is closed from here: the word of the metrics, and what the client is told.
type Closing = (&'static str, CloseCode, &'static str);
const STOPPING: Closing = ("stopping", CloseCode::Away, "the server is stopping");
const SLOW: Closing = ("slow", CloseCode::Again, "this client is too slow");
const SILENT: Closing = ("silent", CloseCode::Again, "this client says nothing");
const PROTOCOL: Closing = (
    "protocol",
    CloseCode::Protocol,
    "that is no WebSocket message",
);

fn close(slot: &mut ClientSlot, (word, code, description): Closing) -> Option<CloseReason> {
    slot.closes(word);
    reason(code, description)
}

fn reason(code: CloseCode, description: &str) -> Option<CloseReason> {
    Some(CloseReason {
        code,
        description: (!description.is_empty()).then(|| description.to_owned()),
    })
}
