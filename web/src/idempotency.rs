//! Repeat safety: the key of a request, as the actors look it up.

use actix_web::{HttpRequest, http::Method};
use betstream_actors::context::RepeatKey;

use crate::error::{ApiError, kinds};

/// The header.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// Longest key, in bytes.
const MAX_BYTES: usize = 255;

/// The request's key, where it has one and its method takes one. It belongs to the caller, the
/// method and the very path, so that one key on two bets is two keys.
///
/// # Errors
/// `invalid_header` when it is empty, too long or not printable ASCII.
pub fn key_of(
    request: &HttpRequest,
    who: &str,
    body: &[u8],
) -> Result<Option<RepeatKey>, ApiError> {
    let Some(value) = request.headers().get(IDEMPOTENCY_KEY) else {
        return Ok(None);
    };
    if ![Method::POST, Method::PATCH, Method::PUT].contains(request.method()) {
        return Ok(None);
    }
    let is_usable = (1..=MAX_BYTES).contains(&value.len())
        && value
            .as_bytes()
            .iter()
            .all(|byte| (b' '..=b'~').contains(byte));
    let key = value.to_str().ok().filter(|_| is_usable).ok_or_else(|| {
        ApiError::new(
            &kinds::INVALID_HEADER,
            format!("Idempotency-Key is not 1 to {MAX_BYTES} printable characters"),
        )
    })?;
    Ok(Some(RepeatKey {
        scope: format!("{who} {} {}", request.method(), request.path()),
        key: key.to_owned(),
        fingerprint: *blake3::hash(body).as_bytes(),
    }))
}
