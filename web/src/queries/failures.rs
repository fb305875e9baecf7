//! Reading what went wrong.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, get, web::Data};
use betstream_events::store::{EventStore, LetterQuery, ListedLetter};
use betstream_projections::stats::{FailureGroup, FailureKind, StatsQueries};

use crate::{api_types::failures::Outcomes, error::ApiResult, operations::system::SystemFacts};

/// How many of the newest dead letters are grouped by cause.
const GROUPED: usize = 1_000;

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
    let newest = log.dead_letters(&LetterQuery::newest(GROUPED)).await?;
    groups.extend(by_reason(newest));
    groups.sort_by_key(|group| std::cmp::Reverse(group.last_at));
    Ok(HttpResponse::Ok().json(groups))
}

fn by_reason(letters: Vec<ListedLetter>) -> impl Iterator<Item = FailureGroup> {
    let mut groups: BTreeMap<String, FailureGroup> = BTreeMap::new();
    for ListedLetter { letter, .. } in letters {
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
