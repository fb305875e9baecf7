//! Reading accounts.

use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use betstream_events::envelope::Position;
use betstream_projections::desk::{Account, DeskQueries};

use super::{AtParams, PageParams, Paging, Past, ReadParams, list, one};
use crate::{
    error::{ApiError, ApiResult},
    freshness::Reads,
    limits::MAX_PAGE,
    request::{AccountPath, Params},
};

/// All accounts, newest first.
#[utoipa::path(
    tag = "accounts", operation_id = "list_accounts", params(PageParams, AtParams, ReadParams),
    responses((status = 200, body = Vec<Account>, headers(("X-View-Position" = i64), ("Link" = String)))),
)]
#[get("/accounts")]
pub(crate) async fn list_accounts(
    request: HttpRequest,
    params: Params,
    desk: Data<Reads<DeskQueries>>,
    past: Past,
) -> ApiResult {
    let then = past.position(&params).await?;
    let paging = Paging::read(&params, format!("accounts {then:?}"))?;
    let mut response = HttpResponse::Ok();
    if let Some(then) = then {
        let desk = past.desk(then).await?;
        let accounts = desk.accounts(paging.at_most(MAX_PAGE)).await?;
        response.insert_header(("x-view-position", then.0));
        paging.link(&mut response, &request, accounts.next);
        return Ok(list(response, accounts.items));
    }
    let accounts = desk
        .fresh(params.min_position()?)
        .await?
        .accounts(paging.request())
        .await?;
    response.insert_header(("x-view-position", accounts.view_position.0));
    paging.link(&mut response, &request, accounts.value.next);
    Ok(list(response, accounts.value.items))
}

/// One account.
#[utoipa::path(
    tag = "accounts", operation_id = "get_account", params(AccountPath, AtParams, ReadParams),
    responses((status = 200, body = Account, headers(("X-View-Position" = i64), ("ETag" = String)))),
)]
#[get("/accounts/{account_id}")]
pub(crate) async fn get_account(
    request: HttpRequest,
    path: AccountPath,
    params: Params,
    desk: Data<Reads<DeskQueries>>,
    past: Past,
) -> ApiResult {
    if let Some(then) = past.position(&params).await? {
        let account = past.desk(then).await?.account(path.account_id).await?;
        let account = account.ok_or_else(|| unknown_then(path, then))?;
        return Ok(one(&request, &account, account.version, then));
    }
    let answer = desk
        .fresh(params.min_position()?)
        .await?
        .account(path.account_id)
        .await?;
    let account = answer.value.ok_or_else(|| unknown(path))?;
    Ok(one(
        &request,
        &account,
        account.version,
        answer.view_position,
    ))
}

/// There was no such account.
pub(super) fn unknown_then(AccountPath { account_id }: AccountPath, then: Position) -> ApiError {
    ApiError::not_found(format!(
        "account {account_id} did not exist at position {then}"
    ))
}

/// There is no such account.
pub(super) fn unknown(AccountPath { account_id }: AccountPath) -> ApiError {
    ApiError::not_found(format!("account {account_id} does not exist"))
}
