//! Health: as the reference tells it, and as orchestrators ask for it.

use actix_web::{HttpResponse, get, http::StatusCode, web::Data};
use betstream_projections::lag::ProjectionState;
use serde::Serialize;
use utoipa::ToSchema;

use super::{readiness::Readiness, system::SystemFacts};
use crate::{
    api_types::system::{Need, NeedState},
    error::{ApiError, ApiResult, kinds},
};

/// `OK` once the process was ready: migrations done, every configured server connected.
#[utoipa::path(
    tag = "operations", operation_id = "health",
    responses((status = 200, body = String, content_type = "text/plain")),
)]
#[get("/health")]
pub(crate) async fn health(readiness: Data<Readiness>) -> ApiResult {
    if readiness.was_ready() {
        return Ok(HttpResponse::Ok()
            .content_type("text/plain; charset=utf-8")
            .body("OK"));
    }
    Err(ApiError::new(
        &kinds::STARTING,
        "not everything that was configured is connected yet",
    ))
}

/// Whether the process lives.
#[utoipa::path(
    tag = "operations", operation_id = "livez",
    responses((status = 200, body = String, content_type = "text/plain")),
)]
#[get("/livez")]
pub(crate) async fn livez() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body("OK")
}

/// Whether the process takes work.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReadinessReport {
    /// Whether it does.
    pub ready: bool,
    /// Why not, in words.
    pub reasons: Vec<String>,
    /// What it stands on.
    pub needs: Vec<Need>,
}

/// Whether the process takes work: every dependency is there, no projection is stuck, and it is
/// not stopping.
#[utoipa::path(
    tag = "operations", operation_id = "readyz",
    responses((status = 200, body = ReadinessReport), (status = 503, body = ReadinessReport)),
)]
#[get("/readyz")]
pub(crate) async fn readyz(
    readiness: Data<Readiness>,
    facts: Data<dyn SystemFacts>,
) -> HttpResponse {
    let needs = facts.needs();
    let starting = (!readiness.was_ready()).then(|| "the process is starting".to_owned());
    let draining = readiness
        .is_draining()
        .then(|| "the process is stopping".to_owned());
    let missing = needs
        .iter()
        .filter(|need| need.state == NeedState::Connecting);
    let missing = missing.map(|need| format!("{} does not answer", need.choice));
    let projections = facts.projections();
    let stuck = projections
        .iter()
        .filter(|projection| projection.state == ProjectionState::Paused);
    let stuck = stuck.map(|projection| format!("projection {} is stuck", projection.name));
    let reasons: Vec<String> = starting
        .into_iter()
        .chain(draining)
        .chain(missing)
        .chain(stuck)
        .collect();
    let status = if reasons.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    HttpResponse::build(status).json(ReadinessReport {
        ready: reasons.is_empty(),
        reasons,
        needs,
    })
}
