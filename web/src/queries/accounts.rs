//! Reading accounts.

use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use betstream_projections::desk::{Account, DeskQueries};

use super::{PageParams, Paging, ReadParams, list, one};
use crate::{
    error::{ApiError, ApiResult},
    freshness::Reads,
    request::{AccountPath, Params},
};

/// All accounts, newest first.
#[utoipa::path(
    tag = "accounts", operation_id = "list_accounts", params(PageParams, ReadParams),
    responses((status = 200, body = Vec<Account>, headers(("X-View-Position" = i64), ("Link" = String)))),
)]
#[get("/accounts")]
pub(crate) async fn list_accounts(
    request: HttpRequest,
    params: Params,
    desk: Data<Reads<DeskQueries>>,
) -> ApiResult {
    let paging = Paging::read(&params, "accounts".to_owned())?;
    let accounts = desk
        .fresh(params.min_position()?)
        .await?
        .accounts(paging.request())
        .await?;
    let mut response = HttpResponse::Ok();
    response.insert_header(("x-view-position", accounts.view_position.0));
    paging.link(&mut response, &request, accounts.value.next);
    Ok(list(response, accounts.value.items))
}

/// One account.
#[utoipa::path(
    tag = "accounts", operation_id = "get_account", params(AccountPath, ReadParams),
    responses((status = 200, body = Account, headers(("X-View-Position" = i64), ("ETag" = String)))),
)]
#[get("/accounts/{account_id}")]
pub(crate) async fn get_account(
    request: HttpRequest,
    path: AccountPath,
    params: Params,
    desk: Data<Reads<DeskQueries>>,
) -> ApiResult {
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

/// There is no such account.
pub(super) fn unknown(AccountPath { account_id }: AccountPath) -> ApiError {
    ApiError::not_found(format!("account {account_id} does not exist"))
}
