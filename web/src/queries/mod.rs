//! Questions: each answered by one call to a projection, from one snapshot.

pub mod accounts;
pub mod batches;
pub mod bets;
pub mod dead_letters;
pub mod event_types;
pub mod events;
pub mod export;
pub mod failures;
pub mod history;
mod listing;
pub mod markets;
pub(crate) mod paging;
pub mod proof;
pub mod stats;
mod then;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{ETAG, IF_NONE_MATCH},
};
use betstream_events::{
    envelope::{Position, Version},
    store::Order,
};
use utoipa::IntoParams;

use listing::list;
use paging::Paging;
use then::Past;

use crate::{
    error::{ApiError, kinds},
    request::Params,
};

/// The position that an answer must have counted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes parameters; they are read where they are used"
)]
pub(crate) struct ReadParams {
    /// The log position that the answer must have counted: `X-Log-Position` of a command.
    min_position: Option<i64>,
}

/// A moment of the log.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes parameters; they are read where they are used"
)]
pub(crate) struct AtParams {
    /// As it was then: at a log position, or at a time (RFC 3339). A list that is asked for so has
    /// pages of at most 500, whatever `limit` says.
    #[param(example = "2026-03-14T14:34:00Z")]
    at: Option<String>,
}

/// Which part of a list is wanted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes parameters; they are read where they are used"
)]
pub(crate) struct PageParams {
    /// At most so many items; without it the list is complete.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
    /// Where to go on: from the `Link` header of the page before.
    cursor: Option<String>,
}

/// Which way a list runs.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes parameters; they are read where they are used"
)]
pub(crate) struct OrderParams {
    /// `newest` (what happens without it) or `oldest` first.
    order: Option<String>,
}

fn order(params: &Params) -> Result<Order, ApiError> {
    match params.text("order") {
        None | Some("newest") => Ok(Order::NewestFirst),
        Some("oldest") => Ok(Order::OldestFirst),
        Some(other) => {
            let clipped: String = other.chars().take(40).collect();
            let detail = format!("order {clipped:?} is neither newest nor oldest");
            Err(ApiError::new(&kinds::INVALID_PARAMETER, detail))
        }
    }
}

/// An answer that shows one thing, unless the caller has this very version.
fn one(
    request: &HttpRequest,
    thing: &impl serde::Serialize,
    version: Version,
    view_position: Position,
) -> HttpResponse {
    let etag = format!("\"{version}\"");
    let known = request
        .headers()
        .get(IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == etag.as_bytes());
    let mut response = if known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((ETAG, etag))
        .insert_header(("x-view-position", view_position.0));
    if known {
        response.finish()
    } else {
        response.json(thing)
    }
}
