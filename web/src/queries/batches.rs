//! Reading batches.

use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use betstream_projections::desk::{Batch, BatchFilter, DeskQueries};
use utoipa::IntoParams;

use super::{
    AtParams, PageParams, Paging, Past, ReadParams,
    accounts::{unknown, unknown_then},
    list, one,
};
use crate::{
    error::{ApiError, ApiResult},
    freshness::Reads,
    limits::MAX_PAGE,
    request::{AccountPath, BatchPath, Params},
};

/// Which batches are wanted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes parameters; they are read where they are used"
)]
struct FilterParams {
    /// Only completed ones, or only others; without it all.
    completed: Option<bool>,
}

/// An account's batches, newest first, each with its bets ordered by their `id`.
#[utoipa::path(
    tag = "batches", operation_id = "list_batches", params(AccountPath, FilterParams, PageParams, AtParams, ReadParams),
    responses((status = 200, body = Vec<Batch>, headers(("X-View-Position" = i64), ("Link" = String)))),
)]
#[get("/accounts/{account_id}/batches")]
pub(crate) async fn list_batches(
    request: HttpRequest,
    path: AccountPath,
    params: Params,
    desk: Data<Reads<DeskQueries>>,
    past: Past,
) -> ApiResult {
    let filter = BatchFilter {
        completed: params.read("completed", "true or false")?,
    };
    let then = past.position(&params).await?;
    let paging = Paging::read(
        &params,
        format!(
            "batches of {} {:?} {then:?}",
            path.account_id, filter.completed
        ),
    )?;
    let mut response = HttpResponse::Ok();
    if let Some(then) = then {
        let (desk, page) = (past.desk(then).await?, paging.at_most(MAX_PAGE));
        let batches = desk.batches(path.account_id, filter, page).await?;
        let batches = batches.ok_or_else(|| unknown_then(path, then))?;
        response.insert_header(("x-view-position", then.0));
        paging.link(&mut response, &request, batches.next);
        return Ok(list(response, batches.items));
    }
    let desk = desk.fresh(params.min_position()?).await?;
    let answer = desk
        .batches(path.account_id, filter, paging.request())
        .await?;
    let page = answer.value.ok_or_else(|| unknown(path))?;
    response.insert_header(("x-view-position", answer.view_position.0));
    paging.link(&mut response, &request, page.next);
    Ok(list(response, page.items))
}

/// One batch with its bets.
#[utoipa::path(
    tag = "batches", operation_id = "get_batch", params(BatchPath, AtParams, ReadParams),
    responses((status = 200, body = Batch, headers(("X-View-Position" = i64), ("ETag" = String)))),
)]
#[get("/accounts/{account_id}/batches/{batch_id}")]
pub(crate) async fn get_batch(
    request: HttpRequest,
    path: BatchPath,
    params: Params,
    desk: Data<Reads<DeskQueries>>,
    past: Past,
) -> ApiResult {
    let BatchPath {
        account_id,
        batch_id,
    } = path;
    if let Some(then) = past.position(&params).await? {
        let batch = past.desk(then).await?.batch(account_id, batch_id).await?;
        let unknown = || {
            ApiError::not_found(format!(
                "account {account_id} had no batch {batch_id} at position {then}"
            ))
        };
        let batch = batch.ok_or_else(unknown)?;
        return Ok(one(&request, &batch, batch.version, then));
    }
    let answer = desk
        .fresh(params.min_position()?)
        .await?
        .batch(account_id, batch_id)
        .await?;
    let unknown = || ApiError::not_found(format!("account {account_id} has no batch {batch_id}"));
    let batch = answer.value.ok_or_else(unknown)?;
    Ok(one(&request, &batch, batch.version, answer.view_position))
}
