//! Reading single bets.

use actix_web::{HttpRequest, get, web::Data};
use betstream_projections::desk::{Bet, DeskQueries};

use super::{ReadParams, one};
use crate::{
    error::{ApiError, ApiResult},
    freshness::Reads,
    request::{BetPath, Params},
};

/// One bet of a batch.
#[utoipa::path(
    tag = "bets", operation_id = "get_bet", params(BetPath, ReadParams),
    responses((status = 200, body = Bet, headers(("X-View-Position" = i64), ("ETag" = String)))),
)]
#[get("/accounts/{account_id}/batches/{batch_id}/bets/{pid}")]
pub(crate) async fn get_bet(
    request: HttpRequest,
    path: BetPath,
    params: Params,
    desk: Data<Reads<DeskQueries>>,
) -> ApiResult {
    let BetPath {
        account_id,
        batch_id,
        pid,
    } = path;
    let answer = desk
        .fresh(params.min_position()?)
        .await?
        .bet(account_id, batch_id, pid)
        .await?;
    let unknown = || {
        ApiError::not_found(format!(
            "batch {batch_id} of account {account_id} has no bet {pid}"
        ))
    };
    let bet = answer.value.ok_or_else(unknown)?;
    Ok(one(&request, &bet, bet.version, answer.view_position))
}
