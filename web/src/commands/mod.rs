//! Commands: what changes something, each answered when it is durable.

pub mod accounts;
pub mod batches;
pub mod bets;
pub mod dead_letters;
pub mod stream_bets;

use actix_web::{HttpResponse, HttpResponseBuilder, http::header::ETAG};
use betstream_actors::answer::Answer;
use betstream_events::envelope::Version;
use utoipa::IntoParams;

use crate::freshness::OwnWrites;

/// What every command takes in its headers.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(
    dead_code,
    reason = "describes headers; they are read where they are used"
)]
pub(crate) struct CommandHeaders {
    /// Why, in the operator's words; kept with the events.
    #[param(rename = "X-Reason", max_length = 500)]
    reason: Option<String>,
    /// What belongs together; kept with the events and answered. Without it the trace of a
    /// `traceparent` counts; without either, each event is the root of its own.
    #[param(rename = "X-Correlation-Id", max_length = 500)]
    correlation: Option<String>,
    /// What led to it, the id of an event for example; kept with the events. Without it, the span
    /// of a `traceparent` or this request.
    #[param(rename = "X-Causation-Id", max_length = 500)]
    causation: Option<String>,
    /// W3C Trace Context.
    #[param(
        rename = "traceparent",
        example = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    )]
    trace: Option<String>,
}

/// The key under which a command is carried out once.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(
    dead_code,
    reason = "describes headers; they are read where they are used"
)]
pub(crate) struct RepeatHeader {
    /// The caller's key: the same request again gets the first answer again, for 48 hours.
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 255)]
    key: Option<String>,
}

/// The version that the caller saw.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(
    dead_code,
    reason = "describes headers; they are read where they are used"
)]
pub(crate) struct MatchHeader {
    /// The `ETag` that the caller saw; without it the last writer wins.
    #[param(rename = "If-Match", example = "\"3\"")]
    version: Option<String>,
}

/// The beginning of an answer to a command: its status, and the log position that it rests on.
pub(crate) fn answered(
    mut response: HttpResponseBuilder,
    own: &OwnWrites,
    answer: &Answer,
) -> HttpResponseBuilder {
    response.insert_header(("x-log-position", own.answered(answer.position).0));
    response
}

/// An answer that shows one thing, with its version.
pub(crate) fn shows(
    own: &OwnWrites,
    answer: &Answer,
    thing: &impl serde::Serialize,
    version: Version,
) -> HttpResponse {
    let mut response = answered(HttpResponse::Ok(), own, answer);
    response
        .insert_header((ETAG, format!("\"{version}\"")))
        .json(thing)
}
