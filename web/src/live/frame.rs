//! Server-sent events: the one place that knows the encoder.

use std::{convert::Infallible, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    http::header::{CACHE_CONTROL, HeaderName, HeaderValue},
};
use actix_web_lab::sse::{Data, Event, Sse};
use betstream_events::envelope::Position;
use futures::Stream;

/// What a client is told to wait before it comes again.
const RETRY: Duration = Duration::from_secs(2);

/// One message; `data` is its JSON.
pub(super) fn message(name: &'static str, id: Option<Position>, data: &str) -> Event {
    let message = Data::new(data).event(name);
    match id {
        Some(id) => message.id(id.to_string()).into(),
        None => message.into(),
    }
}

/// A comment, which says something to people who read the stream.
pub(super) fn comment(text: &'static str) -> Event {
    Event::Comment(text.into())
}

/// The answer that carries a stream of messages.
pub(super) fn answer(
    request: &HttpRequest,
    messages: impl Stream<Item = Result<Event, Infallible>> + 'static,
) -> HttpResponse {
    let mut answer = Sse::from_stream(messages)
        .with_retry_duration(RETRY)
        .respond_to(request);
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Proxies that gather answers would hold messages back.
    headers.insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    answer
}
