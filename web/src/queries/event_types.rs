//! Which event types there are.

use actix_web::{HttpResponse, get};
use betstream_projections::catalog::event_kinds;

use crate::api_types::event_types::EventTypeInfo;

/// Every event type: its versions, an example of each, and who consumes it.
#[utoipa::path(tag = "events", operation_id = "event_types", responses((status = 200, body = Vec<EventTypeInfo>)))]
#[get("/event-types")]
pub(crate) async fn event_types() -> HttpResponse {
    let kinds = event_kinds().into_iter().map(EventTypeInfo::from);
    HttpResponse::Ok().json(kinds.collect::<Vec<_>>())
}
