//! What runs where: told by the composition, which alone knows it.

use actix_web::{HttpResponse, get, web::Data};
use betstream_events::store::EventStore;
use betstream_projections::{
    ProjectionStatus,
    stats::{FigureSums, ProcessInfo},
};

use crate::{
    access::AccessMode,
    api_types::system::{Authentication, Need, SystemInfo},
    error::ApiError,
};

/// What the composition knows of the running system.
pub trait SystemFacts: Send + Sync + 'static {
    /// This process's name: `HOSTNAME`, else host and pid.
    fn pod_id(&self) -> String;

    /// What it stands on, as it is now.
    fn needs(&self) -> Vec<Need>;

    /// How the projections stand.
    fn projections(&self) -> Vec<ProjectionStatus>;

    /// The processes on this log that were heard of lately, this one among them.
    fn processes(&self) -> Vec<ProcessInfo>;

    /// Rates and failures, summed over those processes.
    fn sums(&self) -> FigureSums;

    /// What the broker of the bet stream holds; nothing where there is none.
    fn broker(&self) -> BrokerFigures;
}

/// What the broker of the bet stream holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BrokerFigures {
    /// Bets that wait, those in hand included.
    pub pending_bets: i64,
    /// Bets that it dropped before anybody took them.
    pub lost_bets: i64,
}

/// What runs where.
#[utoipa::path(
    tag = "operations", operation_id = "system",
    responses((status = 200, body = SystemInfo)),
)]
#[get("/system")]
pub(crate) async fn system(
    facts: Data<dyn SystemFacts>,
    log: Data<dyn EventStore>,
    access: Data<AccessMode>,
) -> Result<HttpResponse, ApiError> {
    let head = log.head().await?;
    let currency = head.identity.currency;
    Ok(HttpResponse::Ok().json(SystemInfo {
        version: betstream_events::metadata::BUILD,
        log: head.identity.log.to_string(),
        epoch: head.identity.epoch,
        currency: currency.to_string(),
        currency_decimals: currency.decimals(),
        position: head.position.0,
        pod_id: facts.pod_id(),
        needs: facts.needs(),
        processes: facts.processes(),
        projections: facts.projections(),
        authentication: if access.is_open() {
            Authentication::Open
        } else {
            Authentication::Tokens
        },
        empty: head.position.0 == 0,
    }))
}
