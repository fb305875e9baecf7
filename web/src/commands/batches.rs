//! Creating, submitting and withdrawing batches.

use std::time::Duration;

use actix_web::{HttpResponse, delete, post, web::Data};
use betstream_actors::{batch::BatchRejection, error::CommandError, handle::BatchCommands};
use betstream_events::money::Currency;
use betstream_projections::desk::{Batch, DeskQueries};

use super::{CommandHeaders, MatchHeader, RepeatHeader, answered, shows};
use crate::{
    api_types::{
        answered as stated,
        batches::{NewBatch, WithdrawBatch, terms},
    },
    error::{ApiError, ApiResult},
    freshness::{OwnWrites, Reads},
    request::{AccountPath, Asked, BatchPath},
};

/// Create a batch with its first bets.
#[utoipa::path(
    tag = "batches", operation_id = "create_batch", params(AccountPath, RepeatHeader, CommandHeaders),
    request_body = NewBatch<'_>,
    responses((status = 200, body = Batch, headers(("X-Log-Position" = i64), ("ETag" = String)))),
)]
#[post("/accounts/{account_id}/batches")]
pub(crate) async fn create_batch(
    path: AccountPath,
    asked: Asked,
    batches: Data<BatchCommands>,
    currency: Data<Currency>,
    own: Data<OwnWrites>,
) -> ApiResult {
    let new: NewBatch<'_> = asked.json()?;
    let (meta, bets) = (new.meta_text()?, terms(new.bets, **currency)?);
    let answer = batches
        .create(path.account_id, meta, bets, asked.context)
        .await?;
    Ok(shows(
        &own,
        &answer,
        &stated::batch(&answer)?,
        answer.version,
    ))
}

/// Submit a batch: nothing changes in it afterwards. Where nothing executes it, it is completed at
/// once.
#[utoipa::path(
    tag = "batches", operation_id = "submit_batch", params(BatchPath, MatchHeader, CommandHeaders),
    responses((status = 200, headers(("X-Log-Position" = i64)))),
)]
#[delete("/accounts/{account_id}/batches/{batch_id}")]
pub(crate) async fn submit_batch(
    path: BatchPath,
    asked: Asked,
    batches: Data<BatchCommands>,
    own: Data<OwnWrites>,
) -> ApiResult {
    let submitted = batches
        .submit(path.account_id, path.batch_id, asked.context)
        .await;
    let answer = submitted.map_err(|error| match error {
        // Existing clients know a batch that is closed already as one that is not there.
        CommandError::Rejected(closed @ BatchRejection::NotOpen { .. }) => {
            ApiError::not_found(closed.to_string())
        }
        other => other.into(),
    })?;
    Ok(answered(HttpResponse::Ok(), &own, &answer).finish())
}

/// Take an open batch back.
#[utoipa::path(
    tag = "batches", operation_id = "withdraw_batch",
    params(BatchPath, RepeatHeader, MatchHeader, CommandHeaders), request_body = WithdrawBatch,
    responses((status = 200, body = Batch, headers(("X-Log-Position" = i64), ("ETag" = String)))),
)]
#[post("/accounts/{account_id}/batches/{batch_id}/withdraw")]
pub(crate) async fn withdraw_batch(
    path: BatchPath,
    asked: Asked,
    batches: Data<BatchCommands>,
    desk: Data<Reads<DeskQueries>>,
    own: Data<OwnWrites>,
) -> ApiResult {
    let WithdrawBatch { reason } = asked.json_or_default()?;
    let answer = batches
        .withdraw(path.account_id, path.batch_id, asked.because(reason)?)
        .await?;
    // The fact names the batch alone; how it ended is shown from the view.
    let shown = desk
        .after(answer.position, SHOW_WITHIN)
        .await?
        .batch(path.account_id, path.batch_id)
        .await?;
    let batch = shown
        .value
        .ok_or_else(|| ApiError::not_found("the batch went with its account"))?;
    Ok(shows(&own, &answer, &batch, batch.version))
}

/// How long the answer waits for the view: long enough for any view that is well.
const SHOW_WITHIN: Duration = Duration::from_secs(5);
