//! What belongs together and what led to it, as the headers of a request say it.

use actix_web::{
    HttpMessage, HttpRequest,
    http::header::{HeaderMap, HeaderName, HeaderValue},
};
use betstream_events::causes::{BadHeader, Causes, X_CORRELATION_ID};

use betstream_telemetry::traces::TraceParent;

use super::RequestId;
use crate::error::ApiError;

/// The causes of what `request` asks for. What names no other cause was caused by the request.
///
/// # Errors
/// `invalid_header`, which names the header.
pub(crate) fn causes(request: &HttpRequest) -> Result<Causes, ApiError> {
    let mut causes = read(request.headers())?;
    let extensions = request.extensions();
    causes.trace = extensions.get::<TraceParent>().copied();
    if causes.causation.is_none() {
        let id = extensions.get::<RequestId>();
        causes.causation = id.map(|id| format!("request {}", id.as_str()));
    }
    Ok(causes)
}

/// The correlation that a request is answered with: its own, where it names one that can be kept.
pub(crate) fn correlation(headers: &HeaderMap) -> Option<(HeaderName, HeaderValue)> {
    let correlation = read(headers).ok()?.correlation?;
    let name = HeaderName::from_static(X_CORRELATION_ID);
    Some((name, HeaderValue::from_bytes(correlation.as_bytes()).ok()?))
}

fn read(headers: &HeaderMap) -> Result<Causes, BadHeader> {
    Causes::read(|name| headers.get(name).map(HeaderValue::as_bytes))
}
