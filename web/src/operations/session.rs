//! Signing in and out: a token once, then a cookie that no script can read.

use actix_web::{
    HttpResponse,
    cookie::{Cookie, SameSite, time},
    delete, get, post,
    web::Data,
};
use betstream_events::clock::Clock;

use crate::{
    access::{self, AccessMode, Asked, Caller, Road, SESSION_COOKIE, SESSION_SECONDS},
    api_types::session::{SessionInfo, SessionMode, SignIn},
    error::{ApiError, ApiResult, kinds},
    request::{Body, read_json},
};

/// Who is signed in.
#[utoipa::path(tag = "session", operation_id = "session", responses((status = 200, body = SessionInfo)))]
#[get("/session")]
pub(crate) async fn session(caller: Caller) -> ApiResult {
    let mode = match caller.road {
        Road::Open => SessionMode::Open,
        Road::Bearer | Road::Session => SessionMode::Token,
    };
    Ok(HttpResponse::Ok().json(SessionInfo {
        name: caller.name.to_string(),
        mode,
    }))
}

/// Sign in with a token.
#[utoipa::path(
    tag = "session", operation_id = "sign_in", request_body = SignIn,
    responses((status = 200, body = SessionInfo)),
)]
#[post("/session")]
pub(crate) async fn sign_in(
    asked: Asked,
    Body(body): Body,
    access: Data<AccessMode>,
    clock: Data<dyn Clock>,
) -> ApiResult {
    let SignIn { token } = read_json(&body)?;
    let book = match &**access {
        AccessMode::Open { .. } => {
            let name = AccessMode::OPEN_NAME.to_owned();
            return Ok(HttpResponse::Ok().json(SessionInfo {
                name,
                mode: SessionMode::Open,
            }));
        }
        AccessMode::Tokens(book) => book,
    };
    let (name, value) = access::sign_in(book, token.trim(), clock.now())
        .ok_or_else(|| ApiError::new(&kinds::UNAUTHENTICATED, "the token is not known"))?;
    let info = SessionInfo {
        name: name.to_string(),
        mode: SessionMode::Token,
    };
    Ok(HttpResponse::Ok()
        .cookie(cookie(&asked, value, SESSION_SECONDS))
        .json(info))
}

/// Sign out.
#[utoipa::path(tag = "session", operation_id = "sign_out", responses((status = 204)))]
#[delete("/session")]
pub(crate) async fn sign_out(asked: Asked) -> HttpResponse {
    HttpResponse::NoContent()
        .cookie(cookie(&asked, String::new(), 0))
        .finish()
}

/// No script reads it, no other site sends it, and behind TLS it never travels without.
fn cookie(asked: &Asked, value: String, seconds: i64) -> Cookie<'static> {
    Cookie::build(SESSION_COOKIE, value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(asked.over_tls)
        .max_age(time::Duration::seconds(seconds))
        .finish()
}
