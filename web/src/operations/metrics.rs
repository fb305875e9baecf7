//! `GET /metrics`.

use std::sync::Arc;

use actix_web::{HttpResponse, get, web::Data};

/// Writes the page of figures for machines.
pub type MetricsPage = Arc<dyn Fn() -> String + Send + Sync>;

/// Figures for machines, in Prometheus' text form.
#[utoipa::path(
    tag = "operations", operation_id = "metrics",
    responses((status = 200, body = String, content_type = "text/plain")),
)]
#[get("/metrics")]
pub(crate) async fn show_metrics(page: Data<Option<MetricsPage>>) -> HttpResponse {
    let text = Option::as_ref(&**page).map_or_else(String::new, |page| page());
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(text)
}
