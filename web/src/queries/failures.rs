//! Reading what went wrong.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, get, http::header::LINK, web::Data};
use betstream_events::store::{self, EventStore};
use betstream_projections::stats::{FailureGroup, FailureKind, StatsQueries};

use super::{PageParams, list};
use crate::{
    api_types::failures::{DeadLetter, Outcomes},
    error::{ApiError, ApiResult, kinds},
    limits::MAX_PAGE,
    operations::system::SystemFacts,
    request::Params,
};

/// How many of the newest dead letters are grouped by cause.
const GROUPED: usize = 1_000;
/// How many dead letters a page has when nothing is said.
const USUAL_PAGE: u32 = 100;

/// What became of the messages of the stream.
#[utoipa::path(tag = "operations", operation_id = "outcomes", responses((status = 200, body = Outcomes)))]
#[get("/outcomes")]
pub(crate) async fn outcomes(log: Data<dyn EventStore>, facts: Data<dyn SystemFacts>) -> ApiResult {
    let counts = log.outcome_counts().await?;
    Ok(HttpResponse::Ok().json(Outcomes {
        received: counts.recorded + counts.already_recorded + counts.refused + counts.dead_letters,
        recorded: counts.recorded,
        already_recorded: counts.already_recorded,
        refused: counts.refused,
        dead_letters: counts.dead_letters,
        lost_by_broker: facts.broker().lost_bets,
    }))
}

/// Failures by cause, the latest first. Of dead letters the newest 1,000 are looked at.
#[utoipa::path(tag = "operations", operation_id = "failures", responses((status = 200, body = Vec<FailureGroup>)))]
#[get("/failures")]
pub(crate) async fn failures(log: Data<dyn EventStore>, stats: Data<StatsQueries>) -> ApiResult {
    let mut groups = stats.refusals().await?.value;
    groups.extend(by_reason(log.dead_letters(None, GROUPED).await?));
    groups.sort_by_key(|group| std::cmp::Reverse(group.last_at));
    Ok(HttpResponse::Ok().json(groups))
}

fn by_reason(letters: Vec<store::DeadLetter>) -> impl Iterator<Item = FailureGroup> {
    let mut groups: BTreeMap<String, FailureGroup> = BTreeMap::new();
    for store::DeadLetter { letter, .. } in letters {
        let group = groups
            .entry(letter.reason)
            .or_insert_with_key(|cause| FailureGroup {
                kind: FailureKind::DeadLetter,
                cause: cause.clone(),
                count: 0,
                last_at: letter.received_at,
            });
        group.count += 1;
        group.last_at = group.last_at.max(letter.received_at);
    }
    groups.into_values()
}

/// Messages that could not be read, newest first, at most 100 where no limit is given.
#[utoipa::path(
    tag = "operations", operation_id = "dead_letters", params(PageParams),
    responses((status = 200, body = Vec<DeadLetter>, headers(("Link" = String)))),
)]
#[get("/dead-letters")]
pub(crate) async fn dead_letters(
    request: HttpRequest,
    params: Params,
    log: Data<dyn EventStore>,
) -> ApiResult {
    let limit = params.number("limit", 1, MAX_PAGE)?.unwrap_or(USUAL_PAGE) as usize;
    let refuse = |text: &str| {
        ApiError::new(
            &kinds::INVALID_CURSOR,
            format!("cursor {text:?} is not one that this list gave"),
        )
    };
    let before = params
        .text("cursor")
        .map(|text| text.parse::<i64>().map_err(|_| refuse(text)))
        .transpose()?;
    let mut letters = log.dead_letters(before, limit + 1).await?;
    let goes_on = letters.len() > limit;
    letters.truncate(limit);
    let mut response = HttpResponse::Ok();
    if let Some(last) = letters.last().filter(|_| goes_on) {
        let link = format!(
            "<{}?limit={limit}&cursor={}>; rel=\"next\"",
            request.path(),
            last.id
        );
        response.insert_header((LINK, link));
    }
    Ok(list(
        response,
        letters.into_iter().map(DeadLetter::from).collect(),
    ))
}
