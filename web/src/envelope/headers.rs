//! The headers of every answer: its id, what a browser may do with it, and who may read it.

use actix_web::{
    HttpRequest,
    dev::ServiceRequest,
    http::{
        Method,
        header::{
            ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
            ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
            ACCESS_CONTROL_REQUEST_METHOD, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap,
            HeaderName, HeaderValue, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
            X_FRAME_OPTIONS,
        },
    },
};

use crate::{
    access::{AccessMode, is_loopback_name, is_reserved},
    request::{RequestId, correlation},
};

/// The console needs inline styles (its components set them) and nothing else beyond itself.
const CSP: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     font-src 'self' data:; connect-src 'self' ws: wss:; manifest-src 'self'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'",
);
/// The API pages write their icons as data and their styles inline.
const CSP_SWAGGER: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
);
/// What pages of other origins may read of an answer in open loopback mode.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "ETag, Link, Retry-After, X-Correlation-Id, X-Log-Position, X-View-Position, X-Request-Id",
);

pub(super) fn set(
    mode: &AccessMode,
    request: &HttpRequest,
    answer: &mut HeaderMap,
    id: &RequestId,
) {
    answer.insert(HeaderName::from_static("x-request-id"), id.header());
    if let Some((name, correlation)) = correlation(request.headers()) {
        answer.insert(name, correlation);
    }
    answer.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let path = request.path();
    let is_api = is_reserved(path);
    if is_api && !answer.contains_key(CACHE_CONTROL) {
        answer.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    let is_swagger = path.starts_with("/swagger-ui");
    if !is_api || is_swagger {
        answer.insert(
            CONTENT_SECURITY_POLICY,
            if is_swagger { CSP_SWAGGER } else { CSP },
        );
        answer.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        answer.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        answer.insert(
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        );
    }
    allow_origins(mode, request, answer);
}

/// Everybody's pages may read in open loopback mode, and `/stats` in any open mode; pages of this
/// very machine may write too.
fn allow_origins(mode: &AccessMode, request: &HttpRequest, answer: &mut HeaderMap) {
    let Some(origin) = request.headers().get(ORIGIN) else {
        if mode.is_open() && request.path() == "/stats" {
            answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        }
        return;
    };
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let may_read =
        is_read && (mode.is_open_on_loopback() || (mode.is_open() && request.path() == "/stats"));
    if may_read {
        answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        answer.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    } else if mode.is_open_on_loopback() && is_near(origin) {
        answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        answer.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        if *request.method() == Method::OPTIONS {
            answer.insert(
                ACCESS_CONTROL_ALLOW_METHODS,
                HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE"),
            );
            answer.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(
                "Content-Type, Idempotency-Key, If-Match, Last-Event-ID, traceparent, X-Causation-Id, X-Correlation-Id, X-Reason, X-Request-Id",
            ));
            answer.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
        }
    }
}

/// Whether a browser asks if a page of this machine may.
pub(super) fn is_preflight(mode: &AccessMode, request: &ServiceRequest) -> bool {
    *request.method() == Method::OPTIONS
        && mode.is_open_on_loopback()
        && request
            .headers()
            .contains_key(ACCESS_CONTROL_REQUEST_METHOD)
        && request.headers().get(ORIGIN).is_some_and(is_near)
}

fn is_near(origin: &HeaderValue) -> bool {
    let authority = origin
        .to_str()
        .ok()
        .and_then(|origin| origin.split_once("://"));
    authority.is_some_and(|(_, authority)| is_loopback_name(authority))
}
