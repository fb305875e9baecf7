//! Reading dead letters.

use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use betstream_events::{
    envelope::{StreamName, Version},
    ids::DeadLetterId,
    store::{EventStore, LetterQuery},
};
use utoipa::IntoParams;

use super::{PageParams, list, paging::link_next};
use crate::{
    api_types::dead_letters::{DeadLetter, DeadLetterDetails},
    error::{ApiError, ApiResult, kinds},
    limits::MAX_PAGE,
    request::{DeadLetterPath, Params},
};

/// How many dead letters a page has when nothing is said.
const USUAL_PAGE: u32 = 100;

/// Which dead letters are wanted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes parameters; they are read where they are used"
)]
struct LetterParams {
    /// Only those in this state: `waiting`, `settled` or `discarded`.
    state: Option<String>,
    /// Only those that could not be read for this reason.
    #[param(example = "not_json")]
    reason: Option<String>,
}

/// Messages that could not be read, newest first, at most 100 where no limit is given.
#[utoipa::path(
    tag = "dead letters", operation_id = "dead_letters", params(LetterParams, PageParams),
    responses((status = 200, body = Vec<DeadLetter>, headers(("Link" = String)))),
)]
#[get("/dead-letters")]
pub(crate) async fn dead_letters(
    request: HttpRequest,
    params: Params,
    log: Data<dyn EventStore>,
) -> ApiResult {
    let limit = params.number("limit", 1, MAX_PAGE)?.unwrap_or(USUAL_PAGE) as usize;
    let query = LetterQuery {
        state: params.read("state", "waiting, settled or discarded")?,
        reason: params.text("reason").map(str::to_owned),
        before: cursor(&params)?,
        limit: limit + 1,
    };
    let mut letters = log.dead_letters(&query).await?;
    let goes_on = letters.len() > limit;
    letters.truncate(limit);
    let mut response = HttpResponse::Ok();
    if let Some(last) = letters.last().filter(|_| goes_on) {
        link_next(&mut response, &request, &last.id.to_string());
    }
    Ok(list(
        response,
        letters.into_iter().map(DeadLetter::from).collect(),
    ))
}

/// The id after which the list goes on, from the `Link` of the page before.
pub(crate) fn cursor(params: &Params) -> Result<Option<DeadLetterId>, ApiError> {
    let refuse = |text: &str| {
        let clipped: String = text.chars().take(40).collect();
        ApiError::new(
            &kinds::INVALID_CURSOR,
            format!("cursor {clipped:?} is not one that this list gave"),
        )
    };
    let text = params.text("cursor");
    text.map(|text| text.parse().map_err(|_| refuse(text)))
        .transpose()
}

/// One dead letter with its bytes and its history.
#[utoipa::path(
    tag = "dead letters", operation_id = "get_dead_letter", params(DeadLetterPath),
    responses((status = 200, body = DeadLetterDetails)),
)]
#[get("/dead-letters/{dead_letter_id}")]
pub(crate) async fn get_dead_letter(
    DeadLetterPath { dead_letter_id }: DeadLetterPath,
    log: Data<dyn EventStore>,
) -> ApiResult {
    let unknown = || ApiError::not_found(format!("dead letter {dead_letter_id} does not exist"));
    let letter = log.dead_letter(dead_letter_id).await?.ok_or_else(unknown)?;
    let stream = StreamName::DeadLetter(dead_letter_id);
    let history = log.read_stream(&stream, Version::NONE, usize::MAX).await?;
    Ok(HttpResponse::Ok().json(DeadLetterDetails::new(letter, &history)))
}
