//! The span of a request, as part of which everything is done that it asks for.

use actix_web::{
    HttpMessage,
    dev::{ServiceRequest, ServiceResponse},
};
use betstream_events::causes::TRACEPARENT;
use betstream_telemetry::traces::{self, Entrance, Span, TraceParent};

use crate::request::RequestId;

/// Begins within the trace that the caller names, or in a new one; nothing while traces are off.
pub(super) fn begin(request: &ServiceRequest, id: &RequestId) -> Span {
    if !traces::is_on() {
        return Span::NONE;
    }
    let parent = request.headers().get(TRACEPARENT);
    let parent = parent.and_then(|header| TraceParent::parse(header.as_bytes()));
    let mut span = Span::enter("request", Entrance::Request, parent);
    if let Some(trace) = span.context() {
        request.extensions_mut().insert(trace);
        span.set("http.request.method", request.method().to_string());
        span.set("url.path", request.path().to_owned());
        span.set("betstream.request.id", id.as_str().to_owned());
    }
    span
}

/// It is answered; of a live stream, its beginning.
pub(super) fn end<B>(mut span: Span, answer: &ServiceResponse<B>) {
    if !span.is_recorded() {
        return;
    }
    let (request, status) = (answer.request(), answer.status());
    if let Some(route) = request.match_pattern() {
        span.rename(format!("{} {route}", request.method()));
        span.set("http.route", route);
    }
    span.set("http.response.status_code", i64::from(status.as_u16()));
    if status.is_server_error() {
        span.fail(status.to_string());
    }
}
