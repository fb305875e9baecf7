//! Which page a request comes from, and under which name the server is asked.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use actix_web::http::{
    Method,
    header::{HOST, HeaderMap, ORIGIN},
};

use super::{AccessMode, Asked};
use crate::error::{ApiError, kinds};

/// Whether a name or address (with or without a port) means this very machine.
pub fn is_loopback_name(authority: &str) -> bool {
    let host = host_of(authority);
    host.eq_ignore_ascii_case("localhost")
        || host.to_ascii_lowercase().ends_with(".localhost")
        || host
            .parse::<Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback())
        || host
            .parse::<Ipv6Addr>()
            .is_ok_and(|address| IpAddr::V6(address).to_canonical().is_loopback())
}

/// The host of `host:port`, `[v6]:port` or `host`.
fn host_of(authority: &str) -> &str {
    if let Some(rest) = authority.strip_prefix('[') {
        return rest.split(']').next().unwrap_or_default();
    }
    authority
        .rsplit_once(':')
        .map_or(authority, |(host, _)| host)
}

/// `host[:port]` of an origin such as `https://desk.example:8443`; none for `null`.
fn authority_of(origin: &str) -> Option<&str> {
    origin.split_once("://").map(|(_, authority)| authority)
}

fn text(headers: &HeaderMap, name: impl actix_web::http::header::AsHeaderName) -> Option<&str> {
    headers.get(name).map(|value| value.to_str().unwrap_or("?"))
}

/// On loopback the server is asked under a loopback name, or a page elsewhere could point a name
/// of its own at it. Behind a proxy too: whoever asks that one under another name comes from without.
pub(super) fn check_host(
    mode: &AccessMode,
    asked: &Asked,
    headers: &HeaderMap,
) -> Result<(), ApiError> {
    if !mode.is_open_on_loopback() {
        return Ok(());
    }
    // Only HTTP/1.0 has no name at all, and no browser speaks it.
    let names = [text(headers, HOST), asked.authority()];
    match names.iter().flatten().find(|name| !is_loopback_name(name)) {
        None => Ok(()),
        Some(host) => Err(ApiError::new(
            &kinds::FORBIDDEN_HOST,
            format!("Host {host:?} is not loopback"),
        )),
    }
}

/// In open mode everything may be read, but no page of another site may write.
pub(super) fn check_open_write(
    mode: &AccessMode,
    method: &Method,
    asked: &Asked,
    headers: &HeaderMap,
) -> Result<(), ApiError> {
    if method.is_safe() {
        return Ok(());
    }
    if text(headers, "sec-fetch-site") == Some("cross-site") {
        return Err(ApiError::new(
            &kinds::FORBIDDEN_ORIGIN,
            "pages of other sites cannot write here",
        ));
    }
    let Some(origin) = text(headers, ORIGIN) else {
        return Ok(());
    };
    let is_near = mode.is_open_on_loopback() && authority_of(origin).is_some_and(is_loopback_name);
    if is_near || is_own_origin(asked, headers) {
        return Ok(());
    }
    Err(ApiError::new(
        &kinds::FORBIDDEN_ORIGIN,
        format!("pages of {origin} cannot write here"),
    ))
}

/// A session's cookie travels by itself, so a write with it must show that it comes from our page.
pub(super) fn check_session_write(
    method: &Method,
    asked: &Asked,
    headers: &HeaderMap,
) -> Result<(), ApiError> {
    let own_page = match text(headers, "sec-fetch-site") {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => headers.contains_key(ORIGIN) && is_own_origin(asked, headers),
    };
    if method.is_safe() || own_page {
        return Ok(());
    }
    Err(ApiError::new(
        &kinds::FORBIDDEN_ORIGIN,
        "with a session only this server's own pages can write; programs use a bearer token",
    ))
}

/// A live connection is read across origins only in open loopback mode.
///
/// # Errors
/// `forbidden_origin`.
pub fn check_live_origin(
    mode: &AccessMode,
    asked: &Asked,
    headers: &HeaderMap,
) -> Result<(), ApiError> {
    match text(headers, ORIGIN) {
        Some(origin) if !mode.is_open_on_loopback() && !is_own_origin(asked, headers) => {
            Err(ApiError::new(
                &kinds::FORBIDDEN_ORIGIN,
                format!("pages of {origin} cannot listen here"),
            ))
        }
        _ => Ok(()),
    }
}

/// Whether `Origin` is the very name under which the server is asked.
pub fn is_own_origin(asked: &Asked, headers: &HeaderMap) -> bool {
    let origin = text(headers, ORIGIN).and_then(authority_of);
    origin.is_some() && origin == asked.authority()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_told_from_everything_else() {
        for name in [
            "localhost",
            "LocalHost:3001",
            "127.0.0.1:80",
            "127.1.2.3",
            "[::1]:3001",
            "app.localhost:1",
        ] {
            assert!(is_loopback_name(name), "{name}");
        }
        for name in [
            "",
            "evil.example",
            "localhost.evil.example",
            "10.0.0.1:3001",
            "[::2]",
            "127.0.0.1.nip.io",
        ] {
            assert!(!is_loopback_name(name), "{name}");
        }
    }
}
