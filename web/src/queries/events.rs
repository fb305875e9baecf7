//! Asking the log itself.

use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use betstream_events::{
    clock::Clock,
    envelope::Position,
    store::{EventRef, EventStore, Order},
};
use betstream_projections::{
    Answer,
    audit::{AuditQueries, CauseTree, EventQuery, correlation_of},
};

use super::{
    OrderParams, PageParams, ReadParams, list, order,
    paging::{link_next, tag},
};
use crate::{
    api_types::events::{self, EventCounts, LoggedEvent},
    error::{ApiError, ApiResult, kinds},
    freshness::Reads,
    limits::MAX_PAGE,
    request::{CorrelationPath, EventPath, FilterParams, Params, event_filter, filters_of},
};

/// How many events a page has when nothing is said.
const USUAL_PAGE: u32 = 100;

/// Events by what they are, newest first, at most 100 where no limit is given. A page that ends
/// before its limit, because enough was looked at, says in `X-Looked-Up-To` how far it came.
#[utoipa::path(
    tag = "events", operation_id = "list_events", params(FilterParams, OrderParams, PageParams, ReadParams),
    responses((status = 200, body = Vec<LoggedEvent>, headers(
        ("Link" = String), ("X-View-Position" = i64), ("X-Looked-Up-To" = i64),
    ))),
)]
#[get("/events")]
pub(crate) async fn list_events(
    request: HttpRequest,
    params: Params,
    log: Data<dyn EventStore>,
    clock: Data<dyn Clock>,
    audit: Data<Reads<AuditQueries>>,
) -> ApiResult {
    let beside = ["order", "limit", "cursor", "min_position"];
    let filter = event_filter(&params, &beside, &**log, &**clock).await?;
    let order = order(&params)?;
    let list_name = list_name(&params, order, &**log).await?;
    let query = EventQuery {
        filter,
        order,
        behind: behind(&params, &list_name)?,
        limit: params.number("limit", 1, MAX_PAGE)?.unwrap_or(USUAL_PAGE) as usize,
    };
    let answer = audit
        .fresh(params.min_position()?)
        .await?
        .find(&query)
        .await?;
    let mut response = HttpResponse::Ok();
    response.insert_header(("x-view-position", answer.view_position.0));
    let page = answer.value;
    if let Some(next) = page.next {
        let cursor = format!("{:x}-{}", next.0, tag(&list_name));
        link_next(&mut response, &request, &cursor);
        if page.is_cut_short {
            response.insert_header(("x-looked-up-to", next.0));
        }
    }
    let events = page.rows.into_iter().map(LoggedEvent::from).collect();
    Ok(list(response, events))
}

/// How many events there are, by type.
#[utoipa::path(
    tag = "events", operation_id = "count_events", params(FilterParams, ReadParams),
    responses((status = 200, body = EventCounts, headers(("X-View-Position" = i64)))),
)]
#[get("/events/counts")]
pub(crate) async fn count_events(
    params: Params,
    log: Data<dyn EventStore>,
    clock: Data<dyn Clock>,
    audit: Data<Reads<AuditQueries>>,
) -> ApiResult {
    let filter = event_filter(&params, &["min_position"], &**log, &**clock).await?;
    let answer = audit
        .fresh(params.min_position()?)
        .await?
        .count(&filter)
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header(("x-view-position", answer.view_position.0))
        .json(EventCounts::from(answer.value)))
}

/// One event, by its position or its id.
#[utoipa::path(
    tag = "events", operation_id = "get_event", params(EventPath),
    responses((status = 200, body = LoggedEvent)),
)]
#[get("/events/{event}")]
pub(crate) async fn get_event(path: EventPath, audit: Data<Reads<AuditQueries>>) -> ApiResult {
    let queries = audit.fresh(None).await?;
    let row = queries.event(path.event).await?;
    let row = row.ok_or_else(|| unknown(path.event))?;
    Ok(HttpResponse::Ok().json(LoggedEvent::from(row)))
}

/// What an event belongs to: every event of its correlation, each behind what caused it.
#[utoipa::path(
    tag = "events", operation_id = "event_tree", params(EventPath, ReadParams),
    responses((status = 200, body = events::CauseTree, headers(("X-View-Position" = i64)))),
)]
#[get("/events/{event}/tree")]
pub(crate) async fn event_tree(
    path: EventPath,
    params: Params,
    audit: Data<Reads<AuditQueries>>,
) -> ApiResult {
    let queries = audit.fresh(params.min_position()?).await?;
    let row = queries.event(path.event).await?;
    let row = row.ok_or_else(|| unknown(path.event))?;
    Ok(show(queries.tree(&correlation_of(&row)).await?))
}

/// Everything that happened under a correlation, each event behind what caused it.
#[utoipa::path(
    tag = "events", operation_id = "correlation_tree", params(CorrelationPath, ReadParams),
    responses((status = 200, body = events::CauseTree, headers(("X-View-Position" = i64)))),
)]
#[get("/correlations/{correlation}")]
pub(crate) async fn correlation_tree(
    CorrelationPath { correlation }: CorrelationPath,
    params: Params,
    audit: Data<Reads<AuditQueries>>,
) -> ApiResult {
    let queries = audit.fresh(params.min_position()?).await?;
    let tree = queries.tree(&correlation).await?;
    if tree.value.nodes.is_empty() {
        let clipped: String = correlation.chars().take(60).collect();
        let detail = format!("nothing happened under the correlation {clipped:?}");
        return Err(ApiError::not_found(detail));
    }
    Ok(show(tree))
}

fn show(tree: Answer<CauseTree>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("x-view-position", tree.view_position.0))
        .json(events::CauseTree::from(tree.value))
}

pub(super) fn unknown(event: EventRef) -> ApiError {
    ApiError::not_found(format!("the log has no event {event}"))
}

/// What a cursor belongs to: the log, the filters and the order.
async fn list_name(
    params: &Params,
    order: Order,
    log: &dyn EventStore,
) -> Result<String, ApiError> {
    let identity = log.identity().await?;
    Ok(format!(
        "events {} {} {order:?} {}",
        identity.log,
        identity.epoch,
        filters_of(params)
    ))
}

/// The position behind which the list goes on, from the `Link` of the page before.
fn behind(params: &Params, list_name: &str) -> Result<Option<Position>, ApiError> {
    let Some(text) = params.text("cursor") else {
        return Ok(None);
    };
    let refuse = |why: &str| {
        let clipped: String = text.chars().take(40).collect();
        let detail = format!("cursor {clipped:?} {why}");
        ApiError::new(&kinds::INVALID_CURSOR, detail)
    };
    let parts = text
        .rsplit_once('-')
        .and_then(|(position, tagged)| Some((i64::from_str_radix(position, 16).ok()?, tagged)));
    let (position, tagged) = parts.ok_or_else(|| refuse("is none that a list of events gave"))?;
    if tagged != tag(list_name) {
        return Err(refuse(
            "belongs to another question: its filters, its order or its log differ",
        ));
    }
    Ok(Some(Position(position)))
}
