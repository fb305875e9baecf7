//! The console's files, embedded; and what answers every address that nothing else does.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method,
        header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
    },
};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::{
    access::is_reserved,
    documents::methods_of,
    error::{ApiError, ApiResult, kinds},
};

#[derive(RustEmbed)]
#[folder = "ui/dist"]
#[allow_missing = true]
struct Console;

/// What stands in for a console that was not built.
const NOT_BUILT: &str = include_str!("assets/not_built.html");
/// What programs are told at `/`.
const GREETING: &str = "BetStream: accounts, batches and bets over one event log.\n\
    API pages: /swagger-ui/  OpenAPI: /api-docs/openapi.json  Live: /sse\n";

/// `GET /`: the console to a browser, a short text to everybody else.
pub async fn root(request: HttpRequest) -> HttpResponse {
    if accepts_html(&request) {
        return index(&request);
    }
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body(GREETING)
}

/// Every address that no route answers: a file of the console, an address within it, or 404 or 405.
pub async fn fallback(request: HttpRequest) -> ApiResult {
    let path = request.match_info().as_str();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_reserved(path) && reads {
        let name = path.trim_start_matches('/');
        if let Some(file) = Console::get(name) {
            return Ok(send(&request, name, file));
        }
        // Only a page asks for HTML; a missing script must not be answered with one.
        if !name.starts_with("assets/") && accepts_html(&request) {
            return Ok(index(&request));
        }
    }
    let methods = methods_of(path);
    if methods.is_empty() {
        return Err(ApiError::not_found(format!(
            "there is nothing at {}",
            clipped(path)
        )));
    }
    let detail = format!(
        "{} takes {methods}, not {}",
        clipped(path),
        request.method()
    );
    Err(ApiError::new(&kinds::METHOD_NOT_ALLOWED, detail).with_allow(&methods))
}

fn clipped(path: &str) -> String {
    path.chars().take(200).collect()
}

fn accepts_html(request: &HttpRequest) -> bool {
    request
        .headers()
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

fn index(request: &HttpRequest) -> HttpResponse {
    match Console::get("index.html") {
        Some(file) => send(request, "index.html", file),
        None => HttpResponse::Ok()
            .insert_header((CACHE_CONTROL, "no-cache"))
            .content_type("text/html; charset=utf-8")
            .body(NOT_BUILT),
    }
}

/// Files under `assets/` carry a hash in their names and never change; the others are asked for
/// again each time, and answered with 304 while they are the same.
fn send(request: &HttpRequest, name: &str, file: EmbeddedFile) -> HttpResponse {
    let etag = format!(
        "\"{}\"",
        &blake3::Hash::from(file.metadata.sha256_hash()).to_hex()[..32]
    );
    let cache = if name.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let is_known = request
        .headers()
        .get(IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == etag.as_bytes());
    let mut response = if is_known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((ETAG, etag))
        .insert_header((CACHE_CONTROL, cache));
    if is_known {
        return response.finish();
    }
    response.insert_header((CONTENT_TYPE, file.metadata.mimetype()));
    response.body(file.data.into_owned())
}
