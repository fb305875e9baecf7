//! The past of one stream: how it was, what changed between two moments, what each event changed.

use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use betstream_events::{clock::Clock, envelope::Version, store::EventStore};
use betstream_projections::history::{Difference, HistoryEntry, HistoryQueries, Place, Then};
use utoipa::IntoParams;

use super::{OrderParams, PageParams, Paging, list, order};
use crate::{
    error::{ApiError, ApiResult, kinds},
    limits::MAX_PAGE,
    request::{Moment, Params, StreamPath},
};

/// A moment of a stream; at most one of them, now without any.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes parameters; they are read where they are used"
)]
struct PlaceParams {
    /// After so many of the stream's events; 0 is before the first.
    version: Option<i64>,
    /// When the log stood at this position.
    position: Option<i64>,
    /// At this time.
    #[param(format = DateTime, example = "2026-03-14T14:34:00Z")]
    time: Option<String>,
}

/// Two moments of a stream.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes parameters; they are read where they are used"
)]
struct BetweenParams {
    /// The one: a version (`v3`), a log position (`120`) or a time (RFC 3339).
    #[param(example = "v3")]
    from: String,
    /// The other; now without it.
    #[param(example = "2026-03-14T14:34:00Z")]
    to: Option<String>,
}

/// How an account, a batch, a market or a dead letter was, in the shape that it has today.
#[utoipa::path(
    tag = "history", operation_id = "stream_state", params(StreamPath, PlaceParams),
    responses((status = 200, body = Then)),
)]
#[get("/streams/{stream}/state")]
pub(crate) async fn stream_state(
    path: StreamPath,
    params: Params,
    history: Data<HistoryQueries>,
    log: Data<dyn EventStore>,
    clock: Data<dyn Clock>,
) -> ApiResult {
    let at = async |name: &str, moment: Moment| {
        let position = moment.position(name, &**log, &**clock).await?;
        Ok::<Place, ApiError>(Place::Position(position))
    };
    let given: Vec<(&str, &str)> = ["version", "position", "time"]
        .into_iter()
        .filter_map(|name| Some((name, params.text(name)?)))
        .collect();
    let place = match given[..] {
        [] => Place::Last,
        [("version", _)] => {
            let version = params.read("version", "a version, 0, 1, 2 and so on")?;
            version.map_or(Place::Last, |version| Place::Version(Version(version)))
        }
        [("position", text)] => match text.parse() {
            Ok(moment @ Moment::Position(_)) => at("position", moment).await?,
            _ => return Err(params.wrong("position", "a log position")),
        },
        [("time", text)] => match text.parse() {
            Ok(moment @ Moment::Time(_)) => at("time", moment).await?,
            _ => return Err(params.wrong("time", "an RFC 3339 time like 2026-03-14T14:34:00Z")),
        },
        [(first, _), ..] => {
            let second = given.last().map_or(first, |(name, _)| *name);
            let detail =
                format!("{first} and {second} are two moments: at most one can be asked for");
            return Err(ApiError::new(&kinds::INVALID_PARAMETER, detail));
        }
    };
    Ok(HttpResponse::Ok().json(history.state(&path.stream, place).await?))
}

/// What changed in a stream between two moments, member by member.
#[utoipa::path(
    tag = "history", operation_id = "stream_difference", params(StreamPath, BetweenParams),
    responses((status = 200, body = Difference)),
)]
#[get("/streams/{stream}/difference")]
pub(crate) async fn stream_difference(
    path: StreamPath,
    params: Params,
    history: Data<HistoryQueries>,
    log: Data<dyn EventStore>,
    clock: Data<dyn Clock>,
) -> ApiResult {
    let place = async |name: &str| place(&params, name, &**log, &**clock).await;
    let missing = || {
        let detail = "from is missing: a version (v3), a log position (120) or an RFC 3339 time";
        ApiError::new(&kinds::INVALID_PARAMETER, detail)
    };
    let from = place("from").await?.ok_or_else(missing)?;
    let to = place("to").await?.unwrap_or(Place::Last);
    Ok(HttpResponse::Ok().json(history.difference(&path.stream, from, to).await?))
}

/// `v3` is a version, everything else a moment of the log.
async fn place(
    params: &Params,
    name: &str,
    log: &dyn EventStore,
    clock: &dyn Clock,
) -> Result<Option<Place>, ApiError> {
    let version = params
        .text(name)
        .and_then(|text| text.strip_prefix('v')?.parse().ok());
    if let Some(version) = version {
        return Ok(Some(Place::Version(Version(version))));
    }
    let expected = "a version (v3), a log position (120) or an RFC 3339 time";
    match params.read::<Moment>(name, expected)? {
        Some(moment) => Ok(Some(Place::Position(
            moment.position(name, log, clock).await?,
        ))),
        None => Ok(None),
    }
}

/// The events of a stream, each with who, why, what it belongs to and what it changed.
#[utoipa::path(
    tag = "history", operation_id = "stream_history", params(StreamPath, OrderParams, PageParams),
    responses((status = 200, body = Vec<HistoryEntry>, headers(("Link" = String)))),
)]
#[get("/streams/{stream}/history")]
pub(crate) async fn stream_history(
    request: HttpRequest,
    path: StreamPath,
    params: Params,
    history: Data<HistoryQueries>,
) -> ApiResult {
    let order = order(&params)?;
    let paging = Paging::read(&params, format!("history of {} {order:?}", path.stream))?;
    let page = paging.at_most(MAX_PAGE);
    let answer = history.history(&path.stream, order, page).await?;
    let mut response = HttpResponse::Ok();
    paging.link(&mut response, &request, answer.next);
    Ok(list(response, answer.items))
}
