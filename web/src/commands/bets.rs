//! Changing the bets of a batch.

use actix_web::{HttpResponse, patch, post, web::Data};
use betstream_actors::{batch::StatusChange as Change, handle::BatchCommands};
use betstream_events::money::Currency;
use betstream_projections::desk::Bet;

use super::{CommandHeaders, MatchHeader, RepeatHeader, answered, shows};
use crate::{
    api_types::{
        answered as stated,
        batches::{AddBets, terms},
        bets::{BatchStatusChange, StatusChange},
    },
    error::ApiResult,
    freshness::OwnWrites,
    request::{Asked, BatchPath, BetPath},
};

/// Give one bet a status.
#[utoipa::path(
    tag = "bets", operation_id = "change_bet", params(BetPath, RepeatHeader, MatchHeader, CommandHeaders),
    request_body = StatusChange,
    responses((status = 200, body = Bet, headers(("X-Log-Position" = i64), ("ETag" = String)))),
)]
#[patch("/accounts/{account_id}/batches/{batch_id}/bets/{pid}")]
pub(crate) async fn change_bet(
    path: BetPath,
    asked: Asked,
    batches: Data<BatchCommands>,
    own: Data<OwnWrites>,
) -> ApiResult {
    let StatusChange { status, reason } = asked.json()?;
    let change = Change {
        pid: path.pid,
        status,
    };
    let answer = batches
        .set_status(
            path.account_id,
            path.batch_id,
            change,
            asked.because(reason)?,
        )
        .await?;
    let bet = stated::bet(&answer)?;
    Ok(shows(&own, &answer, &bet, bet.version))
}

/// Give several bets a status, all or nothing.
#[utoipa::path(
    tag = "bets", operation_id = "change_bets", params(BatchPath, RepeatHeader, MatchHeader, CommandHeaders),
    request_body = Vec<BatchStatusChange>,
    responses((status = 200, body = Vec<Bet>, headers(("X-Log-Position" = i64)))),
)]
#[patch("/accounts/{account_id}/batches/{batch_id}/bets")]
pub(crate) async fn change_bets(
    path: BatchPath,
    asked: Asked,
    batches: Data<BatchCommands>,
    own: Data<OwnWrites>,
) -> ApiResult {
    let changes: Vec<BatchStatusChange> = asked.json()?;
    let changes = changes
        .into_iter()
        .map(|BatchStatusChange { pid, status }| Change { pid, status })
        .collect();
    let answer = batches
        .set_statuses(path.account_id, path.batch_id, changes, asked.context)
        .await?;
    Ok(answered(HttpResponse::Ok(), &own, &answer).json(stated::bets(&answer)?))
}

/// Add bets to an open batch. The answer shows those that were added.
#[utoipa::path(
    tag = "bets", operation_id = "add_bets", params(BatchPath, RepeatHeader, MatchHeader, CommandHeaders),
    request_body = AddBets<'_>,
    responses((status = 200, body = Vec<Bet>, headers(("X-Log-Position" = i64)))),
)]
#[post("/accounts/{account_id}/batches/{batch_id}/bets")]
pub(crate) async fn add_bets(
    path: BatchPath,
    asked: Asked,
    batches: Data<BatchCommands>,
    currency: Data<Currency>,
    own: Data<OwnWrites>,
) -> ApiResult {
    let AddBets { bets, reason } = asked.json()?;
    let bets = terms(bets, **currency)?;
    let adds_any = !bets.is_empty();
    let answer = batches
        .add_bets(path.account_id, path.batch_id, bets, asked.because(reason)?)
        .await?;
    let joined = if adds_any {
        stated::joined_bets(&answer)?
    } else {
        Vec::new()
    };
    Ok(answered(HttpResponse::Ok(), &own, &answer).json(joined))
}
