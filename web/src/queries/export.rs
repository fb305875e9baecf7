//! Exporting what a query finds.

use std::{io, str::FromStr};

use actix_web::{HttpResponse, get, web::Data};
use betstream_events::{
    archive::{
        line::{Header, Holds},
        selection::Format,
        whole::whole,
    },
    clock::Clock,
    store::{EventStore, Order},
};
use betstream_projections::audit::{AuditQueries, EventFilter, EventQuery};
use bytes::Bytes;
use futures::{StreamExt, pin_mut, stream};
use tokio::sync::mpsc::{self, Sender};
use utoipa::IntoParams;

use super::ReadParams;
use crate::{
    error::ApiResult,
    freshness::Reads,
    request::{FilterParams, Params, event_filter},
};

/// Pieces that wait to be sent; whoever reads slowly holds the export back, not the memory.
const PIECES_WAITING: usize = 4;
/// Events that are looked up at a time.
const EVENTS_A_PAGE: usize = 1_000;

/// In which form events are exported.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes parameters; they are read where they are used"
)]
struct FormatParams {
    /// `ndjson` (what happens without it): one event a line, and where no filter is given the whole
    /// log with its blocks, which `betstream import` takes; `events`: events alone; `csv`.
    format: Option<String>,
}

/// What `format` says.
#[derive(Clone, Copy)]
enum Form {
    Ndjson,
    Events,
    Csv,
}

impl FromStr for Form {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "ndjson" => Ok(Self::Ndjson),
            "events" => Ok(Self::Events),
            "csv" => Ok(Self::Csv),
            _ => Err(()),
        }
    }
}

/// The events that a query finds, oldest first, as a file. It is of one moment: what is appended
/// meanwhile is not in it.
#[utoipa::path(
    tag = "events", operation_id = "export_events", params(FilterParams, FormatParams, ReadParams),
    responses((status = 200, body = String, content_type = "application/x-ndjson")),
)]
#[get("/export")]
pub(crate) async fn export(
    params: Params,
    log: Data<dyn EventStore>,
    clock: Data<dyn Clock>,
    audit: Data<Reads<AuditQueries>>,
) -> ApiResult {
    let beside = ["format", "min_position"];
    let is_unfiltered = params
        .pairs()
        .iter()
        .all(|(name, _)| beside.contains(&&**name));
    let mut filter = event_filter(&params, &beside, &**log, &**clock).await?;
    let form = params.read("format", "a form (ndjson, events or csv)")?;
    let (format, is_whole) = match form.unwrap_or(Form::Ndjson) {
        Form::Ndjson => (Format::Ndjson, is_unfiltered),
        Form::Events => (Format::Ndjson, false),
        Form::Csv => (Format::Csv, false),
    };
    let queries = audit.fresh(params.min_position()?).await?.clone();
    let head = log.head().await?;
    filter.span.up_to = filter.span.up_to.min(head.position);
    let (pieces, mut waiting) = mpsc::channel(PIECES_WAITING);
    let log = log.into_inner();
    actix_web::rt::spawn(async move {
        let sent = if is_whole {
            let holds = Holds::Events;
            send_whole(&*log, Header { holds, head }, &pieces).await
        } else {
            send_found(&queries, filter, format, &pieces).await
        };
        if let Err(error) = sent {
            // The answer has begun: it can only be broken off, which its reader notices.
            tracing::warn!(%error, "an export was broken off");
            let _nobody_reads = pieces.send(Err(error)).await;
        }
    });
    let name = format!("attachment; filename=\"events.{}\"", format.extension());
    Ok(HttpResponse::Ok()
        .content_type(format.media_type())
        .insert_header(("content-disposition", name))
        .streaming(stream::poll_fn(move |context| waiting.poll_recv(context))))
}

type Pieces = Sender<io::Result<Bytes>>;

async fn send_whole(log: &dyn EventStore, header: Header, pieces: &Pieces) -> io::Result<()> {
    let lines = whole(log, header);
    pin_mut!(lines);
    while let Some(piece) = lines.next().await {
        let piece = piece.map_err(io::Error::other)?;
        if pieces.send(Ok(piece.bytes.into())).await.is_err() {
            break;
        }
    }
    Ok(())
}

async fn send_found(
    queries: &AuditQueries,
    filter: EventFilter,
    format: Format,
    pieces: &Pieces,
) -> io::Result<()> {
    let mut query = EventQuery {
        filter,
        order: Order::OldestFirst,
        behind: None,
        limit: EVENTS_A_PAGE,
    };
    let mut next = Some(format.head());
    while let Some(bytes) = next.take() {
        if pieces.send(Ok(bytes.into())).await.is_err() {
            return Ok(());
        }
        let page = queries.find(&query).await.map_err(io::Error::other)?.value;
        let bytes = format.rows(&page.rows);
        if page.next.is_none() {
            let _nobody_reads = pieces.send(Ok(bytes.into())).await;
            return Ok(());
        }
        query.behind = page.next;
        next = Some(bytes);
    }
    Ok(())
}
