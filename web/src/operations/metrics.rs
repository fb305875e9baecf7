//! `GET /metrics`, and what is measured of every request.

use std::time::Duration;

use actix_web::{HttpResponse, get, http::StatusCode, web::Data};
use metrics::{Counter, Histogram};
use metrics_exporter_prometheus::PrometheusHandle;

/// Figures for machines, in Prometheus' text form.
#[utoipa::path(
    tag = "operations", operation_id = "metrics",
    responses((status = 200, body = String, content_type = "text/plain")),
)]
#[get("/metrics")]
pub(crate) async fn show_metrics(handle: Data<Option<PrometheusHandle>>) -> HttpResponse {
    let text = Option::as_ref(&**handle)
        .map(PrometheusHandle::render)
        .unwrap_or_default();
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(text)
}

/// The measures of one worker, looked up once.
#[derive(Debug)]
pub(crate) struct RequestMetrics {
    /// By the first digit of the status.
    answers: [Counter; 6],
    seconds: Histogram,
}

impl RequestMetrics {
    pub(crate) fn new() -> Self {
        let class = |class| metrics::counter!("betstream_http_requests_total", "status" => class);
        Self {
            answers: ["0xx", "1xx", "2xx", "3xx", "4xx", "5xx"].map(class),
            seconds: metrics::histogram!("betstream_http_request_seconds"),
        }
    }

    /// A request was answered; of a live stream, its beginning.
    pub(crate) fn count(&self, status: StatusCode, took: Duration) {
        let class = usize::from(status.as_u16() / 100);
        if let Some(counter) = self.answers.get(class) {
            counter.increment(1);
        }
        self.seconds.record(took);
    }
}
