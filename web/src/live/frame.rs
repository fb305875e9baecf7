//! Server-sent events: the one place that knows their form.

use std::{convert::Infallible, fmt::Write as _, time::Duration};

use actix_web::{
    HttpResponse,
    http::header::{HeaderName, HeaderValue},
};
use actix_web_lab::header::{CacheControl, CacheDirective};
use betstream_events::envelope::Position;
use bytes::Bytes;
use futures::Stream;

/// One message; `data` is its JSON, which has no line breaks.
pub(super) fn message(name: &str, id: Option<Position>, data: &str) -> Bytes {
    let mut text = format!("event: {name}\n");
    if let Some(id) = id {
        // Writing to a text never fails.
        let _ = writeln!(text, "id: {id}");
    }
    let _ = write!(text, "data: {data}\n\n");
    text.into()
}

/// What a client is told about coming again, should the stream end.
pub(super) fn retry(after: Duration) -> Bytes {
    format!("retry: {}\n\n", after.as_millis()).into()
}

/// The answer that carries a stream of messages.
pub(super) fn answer(
    messages: impl Stream<Item = Result<Bytes, Infallible>> + 'static,
) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header(CacheControl(vec![CacheDirective::NoStore]))
        // Proxies that gather answers would hold messages back.
        .insert_header((
            HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        ))
        .streaming(messages)
}
