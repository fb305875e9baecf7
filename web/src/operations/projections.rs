//! Looking after the views: how they stand, rebuilding, pausing, and what to do about an event that
//! one of them cannot take.

use actix_web::{HttpResponse, delete, get, post, web::Data};
use betstream_actors::handle::ProjectionDecider;
use betstream_events::{clock::Clock, envelope::Position, ids::ProjectionId};
use betstream_projections::{PartRebuilt, ProjectionStatus, Projections};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    api_types::dead_letters::Because,
    commands::{CommandHeaders, RepeatHeader, answered},
    error::{ApiError, ApiResult},
    freshness::OwnWrites,
    request::{Asked, ProjectionPath, StreamPath},
};

/// Which event is passed over, and why.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct Skip {
    /// The event, where it must be this one.
    #[serde(default)]
    pub position: Option<i64>,
    /// Why; without it nothing is passed over.
    #[serde(default)]
    pub reason: Option<String>,
}

/// How every projection stands.
#[utoipa::path(
    tag = "operations", operation_id = "list_projections",
    responses((status = 200, body = Vec<ProjectionStatus>)),
)]
#[get("/projections")]
pub(crate) async fn list_projections(projections: Data<Projections>) -> ApiResult {
    Ok(HttpResponse::Ok().json(projections.status()))
}

/// How one projection stands.
#[utoipa::path(
    tag = "operations", operation_id = "get_projection",
    params(ProjectionPath), responses((status = 200, body = ProjectionStatus)),
)]
#[get("/projections/{projection}")]
pub(crate) async fn get_projection(
    path: ProjectionPath,
    projections: Data<Projections>,
) -> ApiResult {
    Ok(HttpResponse::Ok().json(projections.status_of(path.name()?)))
}

/// Rebuild one projection, or `all`, from the log, beside the view that answers on until the new one
/// takes its place. It goes on after a restart, and in another process when this one ends.
#[utoipa::path(
    tag = "operations", operation_id = "rebuild_projection",
    params(ProjectionPath), responses((status = 202, body = Vec<ProjectionStatus>)),
)]
#[post("/projections/{projection}/rebuild")]
pub(crate) async fn rebuild_projection(
    path: ProjectionPath,
    asked: Asked,
    projections: Data<Projections>,
) -> ApiResult {
    let target = path.target()?;
    projections.ask_rebuild(target, &asked.context.who).await?;
    Ok(HttpResponse::Accepted().json(projections.status_of_all(target)))
}

/// Rebuild the part of a view that one stream makes: an account or a batch of `desk`, a market of
/// `markets`. It is folded from the log alone and takes the place of what was there in one commit,
/// before this is answered.
#[utoipa::path(
    tag = "operations", operation_id = "rebuild_part",
    params(ProjectionPath, StreamPath), responses((status = 200, body = PartRebuilt)),
)]
#[post("/projections/{projection}/streams/{stream}/rebuild")]
pub(crate) async fn rebuild_part(
    path: ProjectionPath,
    StreamPath { stream }: StreamPath,
    projections: Data<Projections>,
) -> ApiResult {
    let rebuilt = projections.rebuild_part(path.name()?, &stream).await?;
    Ok(HttpResponse::Ok().json(rebuilt))
}

/// Call a rebuild off: the old view answers on, and what was built of the new one is deleted.
#[utoipa::path(
    tag = "operations", operation_id = "cancel_rebuild",
    params(ProjectionPath), responses((status = 200, body = Vec<ProjectionStatus>)),
)]
#[delete("/projections/{projection}/rebuild")]
pub(crate) async fn cancel_rebuild(
    path: ProjectionPath,
    projections: Data<Projections>,
) -> ApiResult {
    let target = path.target()?;
    projections.cancel_rebuild(target).await?;
    Ok(HttpResponse::Ok().json(projections.status_of_all(target)))
}

/// Let a projection stand still; its view answers on with what it has counted.
#[utoipa::path(
    tag = "operations", operation_id = "pause_projection",
    params(ProjectionPath), request_body = Because,
    responses((status = 200, body = ProjectionStatus)),
)]
#[post("/projections/{projection}/pause")]
pub(crate) async fn pause_projection(
    path: ProjectionPath,
    asked: Asked,
    projections: Data<Projections>,
    clock: Data<dyn Clock>,
) -> ApiResult {
    let name = path.name()?;
    let Because { reason } = asked.json_or_default()?;
    let context = asked.because(reason)?;
    projections
        .pause(name, &context.who, context.reason, clock.now())
        .await?;
    Ok(HttpResponse::Ok().json(projections.status_of(name)))
}

/// Let a paused projection go on.
#[utoipa::path(
    tag = "operations", operation_id = "resume_projection",
    params(ProjectionPath), responses((status = 200, body = ProjectionStatus)),
)]
#[post("/projections/{projection}/resume")]
pub(crate) async fn resume_projection(
    path: ProjectionPath,
    projections: Data<Projections>,
) -> ApiResult {
    let name = path.name()?;
    projections.resume(name).await?;
    Ok(HttpResponse::Ok().json(projections.status_of(name)))
}

/// Try the event at which a projection stands once more, now.
#[utoipa::path(
    tag = "operations", operation_id = "retry_event",
    params(ProjectionPath), responses((status = 200, body = ProjectionStatus)),
)]
#[post("/projections/{projection}/retry")]
pub(crate) async fn retry_event(path: ProjectionPath, projections: Data<Projections>) -> ApiResult {
    let name = path.name()?;
    projections.retry(name).await?;
    Ok(HttpResponse::Ok().json(projections.status_of(name)))
}

/// Let a projection pass over the event at which it stands; a reason must be given, in the body or
/// as `X-Reason`. That is an event of the log itself, so that every later rebuild passes over the
/// same one.
#[utoipa::path(
    tag = "operations", operation_id = "skip_event",
    params(ProjectionPath, RepeatHeader, CommandHeaders), request_body = Skip,
    responses((status = 200, body = ProjectionStatus, headers(("X-Log-Position" = i64)))),
)]
#[post("/projections/{projection}/skip")]
pub(crate) async fn skip_event(
    path: ProjectionPath,
    asked: Asked,
    projections: Data<Projections>,
    decider: Data<ProjectionDecider>,
    own: Data<OwnWrites>,
) -> ApiResult {
    let name = path.name()?;
    let Skip { position, reason } = asked.json_or_default()?;
    let context = asked.because(reason)?;
    let failing = projections.failing(name, position).await?;
    let id =
        ProjectionId::parse(name.word()).map_err(|error| ApiError::defect(&error.to_string()))?;
    let at = Position(failing.position);
    let answer = decider
        .skip(id, at, failing.reason.clone(), context)
        .await?;
    projections.skipped(name, &failing).await?;
    Ok(answered(HttpResponse::Ok(), &own, &answer).json(projections.status_of(name)))
}
