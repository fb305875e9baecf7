//! Whether a request may go on, and who asks.

use std::sync::Arc;

use actix_web::{
    dev::ServiceRequest,
    http::{Method, header::AUTHORIZATION},
};
use betstream_events::clock::Timestamp;

use super::{AccessMode, Asked, Caller, Road, SESSION_COOKIE, TokenBook, origin};
use crate::error::{ApiError, kinds};

/// What the console never answers and nobody reads without right, by the beginning of its path.
const RESERVED: [&str; 8] = [
    "/api",
    "/api-docs",
    "/sse",
    "/ws",
    "/stats",
    "/metrics",
    "/swagger-ui",
    "/problems",
];

/// Paths that answer everybody.
const PUBLIC: [&str; 5] = ["/", "/health", "/livez", "/readyz", "/api/v1/session"];

/// Whether the path belongs to the API and not to the console.
pub fn is_reserved(path: &str) -> bool {
    RESERVED.iter().any(|prefix| {
        path.strip_prefix(prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// Whether everybody may ask for the path: health, signing in, and the console's own files, which
/// say nothing of what it shows.
pub fn is_public(method: &Method, path: &str) -> bool {
    PUBLIC.contains(&path) || (matches!(*method, Method::GET | Method::HEAD) && !is_reserved(path))
}

/// Who asks. `Ok(None)` is nobody, on a public path.
///
/// # Errors
/// `unauthenticated`, `forbidden_origin` or `forbidden_host`.
pub fn identify(
    mode: &AccessMode,
    request: &ServiceRequest,
    asked: &Asked,
    now: Timestamp,
) -> Result<Option<Caller>, ApiError> {
    let (method, headers) = (request.method(), request.headers());
    // As the router reads it: percent-encoded letters are letters.
    let is_public = is_public(method, request.match_info().as_str());
    let book = match mode {
        AccessMode::Open { .. } => {
            origin::check_host(mode, asked, headers)?;
            origin::check_open_write(mode, method, asked, headers)?;
            return Ok(Some(Caller {
                name: open_name(),
                road: Road::Open,
            }));
        }
        AccessMode::Tokens(book) => book,
    };
    let caller = match presented(book, request, now) {
        Ok(caller) => caller,
        Err(_) if is_public => None,
        Err(error) => return Err(error),
    };
    match &caller {
        Some(Caller {
            road: Road::Session,
            ..
        }) => origin::check_session_write(method, asked, headers)?,
        Some(_) => {}
        None if is_public => {}
        None => {
            return Err(ApiError::new(
                &kinds::UNAUTHENTICATED,
                "show a token: Authorization: Bearer <token>",
            ));
        }
    }
    Ok(caller)
}

fn presented(
    book: &TokenBook,
    request: &ServiceRequest,
    now: Timestamp,
) -> Result<Option<Caller>, ApiError> {
    if let Some(header) = request.headers().get(AUTHORIZATION) {
        let token = header.to_str().ok().and_then(|text| {
            let (scheme, token) = text.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        let known = token.and_then(|token| book.find(token));
        let refuse = || ApiError::new(&kinds::UNAUTHENTICATED, "the token is not known");
        return known
            .map(|token| {
                Some(Caller {
                    name: token.name.clone(),
                    road: Road::Bearer,
                })
            })
            .ok_or_else(refuse);
    }
    let name = request
        .cookie(SESSION_COOKIE)
        .and_then(|cookie| book.sessions().verify(cookie.value(), book, now));
    Ok(name.map(|name| Caller {
        name,
        road: Road::Session,
    }))
}

/// The name and the session cookie of who presents `token`.
pub fn sign_in(book: &TokenBook, token: &str, now: Timestamp) -> Option<(Arc<str>, String)> {
    let token = book.find(token)?;
    Some((token.name.clone(), book.sessions().issue(token, now)))
}

fn open_name() -> Arc<str> {
    thread_local! {
        static NAME: Arc<str> = AccessMode::OPEN_NAME.into();
    }
    NAME.with(Arc::clone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_paths_are_few_and_exact() {
        for path in [
            "/",
            "/health",
            "/livez",
            "/readyz",
            "/assets/x.js",
            "/accounts/7",
            "/apiary",
            "/favicon.svg",
        ] {
            assert!(is_public(&Method::GET, path), "{path}");
        }
        for path in [
            "/api/v1/accounts",
            "/api",
            "/sse",
            "/ws",
            "/stats",
            "/metrics",
            "/swagger-ui/",
            "/api-docs/openapi.json",
        ] {
            assert!(!is_public(&Method::GET, path), "{path}");
        }
        assert!(!is_public(&Method::POST, "/accounts/7"));
        assert!(is_public(&Method::POST, "/api/v1/session"));
    }
}
