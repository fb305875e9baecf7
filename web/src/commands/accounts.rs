//! Creating, changing and deleting accounts.

use actix_web::{HttpResponse, delete, post, put, web::Data};
use betstream_actors::{account::AccountTerms, handle::AccountCommands};
use betstream_projections::desk::Account;

use super::{CommandHeaders, MatchHeader, RepeatHeader, answered, shows};
use crate::{
    api_types::{accounts::NewAccount, answered as stated},
    error::ApiResult,
    freshness::OwnWrites,
    request::{AccountPath, Asked},
};

/// Create an account.
#[utoipa::path(
    tag = "accounts", operation_id = "create_account", params(RepeatHeader, CommandHeaders),
    request_body = NewAccount,
    responses((status = 200, body = Account, headers(("X-Log-Position" = i64), ("ETag" = String)))),
)]
#[post("/accounts")]
pub(crate) async fn create_account(
    asked: Asked,
    accounts: Data<AccountCommands>,
    own: Data<OwnWrites>,
) -> ApiResult {
    let terms = terms(asked.json()?);
    let answer = accounts.open(terms, asked.context).await?;
    Ok(shows(
        &own,
        &answer,
        &stated::account(&answer)?,
        answer.version,
    ))
}

/// Change an account.
#[utoipa::path(
    tag = "accounts", operation_id = "update_account",
    params(AccountPath, RepeatHeader, MatchHeader, CommandHeaders), request_body = NewAccount,
    responses((status = 200, body = Account, headers(("X-Log-Position" = i64), ("ETag" = String)))),
)]
#[put("/accounts/{account_id}")]
pub(crate) async fn update_account(
    path: AccountPath,
    asked: Asked,
    accounts: Data<AccountCommands>,
    own: Data<OwnWrites>,
) -> ApiResult {
    let terms = terms(asked.json()?);
    let answer = accounts
        .change(path.account_id, terms, asked.context)
        .await?;
    Ok(shows(
        &own,
        &answer,
        &stated::account(&answer)?,
        answer.version,
    ))
}

/// Delete an account: it leaves every list with its batches, and its name is free. The log keeps
/// its history.
#[utoipa::path(
    tag = "accounts", operation_id = "delete_account", params(AccountPath, MatchHeader, CommandHeaders),
    responses((status = 204, headers(("X-Log-Position" = i64)))),
)]
#[delete("/accounts/{account_id}")]
pub(crate) async fn delete_account(
    path: AccountPath,
    asked: Asked,
    accounts: Data<AccountCommands>,
    own: Data<OwnWrites>,
) -> ApiResult {
    let answer = accounts.delete(path.account_id, asked.context).await?;
    Ok(answered(HttpResponse::NoContent(), &own, &answer).finish())
}

fn terms(NewAccount { name, hostname }: NewAccount) -> AccountTerms {
    AccountTerms { name, hostname }
}
