//! Bodies: bounded in size, time and depth; errors name the field.

use std::{future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    error::PayloadError,
    http::header::{CONTENT_ENCODING, CONTENT_LENGTH},
    web::Data,
};
use betstream_actors::intake::nests_deeper_than;
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use serde::Deserialize;
use serde_path_to_error::{Path, Segment};

use crate::{
    error::{ApiError, kinds},
    limits::{JSON_DEPTH, Limits},
};

/// A whole body.
#[derive(Clone, Debug)]
pub struct Body(pub Bytes);

impl FromRequest for Body {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let limits = request
            .app_data::<Data<Limits>>()
            .map_or_else(Limits::default, |limits| ***limits);
        let checked = check_headers(request, &limits);
        let payload = payload.take();
        Box::pin(async move {
            checked?;
            let reading =
                tokio::time::timeout(limits.request_timeout, gather(payload, limits.body_bytes));
            let late =
                |_| ApiError::new(&kinds::REQUEST_TIMEOUT, "the body did not arrive in time");
            reading.await.map_err(late)?.map(Self)
        })
    }
}

fn check_headers(request: &HttpRequest, limits: &Limits) -> Result<(), ApiError> {
    if request
        .headers()
        .get(CONTENT_ENCODING)
        .is_some_and(|encoding| encoding != "identity")
    {
        return Err(ApiError::new(
            &kinds::UNSUPPORTED_MEDIA_TYPE,
            "compressed bodies are not taken",
        ));
    }
    let length = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    match length {
        Some(length) if length > limits.body_bytes => Err(too_large(limits.body_bytes)),
        _ => Ok(()),
    }
}

async fn gather(mut payload: Payload, most: usize) -> Result<Bytes, ApiError> {
    let Some(first) = payload.next().await.transpose().map_err(broken)? else {
        return Ok(Bytes::new());
    };
    if first.len() > most {
        return Err(too_large(most));
    }
    let Some(second) = payload.next().await.transpose().map_err(broken)? else {
        return Ok(first);
    };
    let mut whole = BytesMut::from(first);
    let mut next = Some(second);
    while let Some(part) = next {
        if whole.len() + part.len() > most {
            return Err(too_large(most));
        }
        whole.extend_from_slice(&part);
        next = payload.next().await.transpose().map_err(broken)?;
    }
    Ok(whole.freeze())
}

fn too_large(most: usize) -> ApiError {
    ApiError::new(
        &kinds::BODY_TOO_LARGE,
        format!("the body has more than {most} bytes"),
    )
}

#[expect(clippy::needless_pass_by_value, reason = "shaped for map_err")]
fn broken(error: PayloadError) -> ApiError {
    ApiError::new(
        &kinds::INCOMPLETE_BODY,
        format!("the body did not arrive whole: {error}"),
    )
}

/// Reads a JSON body. Unknown fields are ignored.
///
/// # Errors
/// `unreadable_body` when it is no JSON or nested too deep, `invalid_field` with the pointer of the
/// field that is missing or of another type.
pub fn read_json<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, ApiError> {
    check_depth(bytes)?;
    match serde_json::from_slice(bytes) {
        Ok(value) => Ok(value),
        Err(error) if error.is_data() => Err(name_field::<T>(bytes)),
        Err(error) => Err(ApiError::new(
            &kinds::UNREADABLE_BODY,
            format!("the body is no JSON: {error}"),
        )),
    }
}

/// Reads the body once more, this time keeping track of where.
fn name_field<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> ApiError {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let Err(error) = serde_path_to_error::deserialize::<_, T>(&mut deserializer) else {
        return ApiError::new(&kinds::BAD_REQUEST, "the body cannot be read");
    };
    let mut pointer = pointer_of(error.path());
    let detail = error.inner().to_string();
    if let Some(name) = detail
        .strip_prefix("missing field `")
        .and_then(|rest| rest.split('`').next())
    {
        pointer = format!("{pointer}/{name}");
        return ApiError::field(&kinds::INVALID_FIELD, pointer, "is missing");
    }
    let detail = detail.split(" at line ").next().unwrap_or_default();
    ApiError::field(&kinds::INVALID_FIELD, pointer, detail)
}

/// A JSON pointer (RFC 6901).
fn pointer_of(path: &Path) -> String {
    use std::fmt::Write;
    path.iter().fold(String::new(), |mut pointer, segment| {
        let _never_fails = match segment {
            Segment::Seq { index } => write!(pointer, "/{index}"),
            Segment::Map { key } => {
                write!(pointer, "/{}", key.replace('~', "~0").replace('/', "~1"))
            }
            Segment::Enum { variant } => write!(pointer, "/{variant}"),
            Segment::Unknown => Ok(()),
        };
        pointer
    })
}

fn check_depth(bytes: &[u8]) -> Result<(), ApiError> {
    if nests_deeper_than(bytes, JSON_DEPTH) {
        let detail = format!("the body is nested deeper than {JSON_DEPTH}");
        return Err(ApiError::new(&kinds::UNREADABLE_BODY, detail));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api_types::{batches::NewBatch, bets::StatusChange};

    fn fault<'a, T: Deserialize<'a>>(body: &'a str) -> (&'static str, String) {
        let Err(error) = read_json::<T>(body.as_bytes()) else {
            panic!("{body} was read")
        };
        let pointer = error.fields().first().map(|field| field.pointer.clone());
        (error.kind().code, pointer.unwrap_or_default())
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let bet = |bet: &str| {
            format!(
                r#"{{"meta":{{}},"bets":[{{"id":1,"selection":"1","stake":1,"cost":1}},{bet}]}}"#
            )
        };
        let table = [
            ("".to_owned(), "unreadable_body", ""),
            ("{".to_owned(), "unreadable_body", ""),
            ("[".repeat(33), "unreadable_body", ""),
            ("{}".to_owned(), "invalid_field", "/meta"),
            ("[]".to_owned(), "invalid_field", ""),
            (
                r#"{"meta":{},"bets":7}"#.to_owned(),
                "invalid_field",
                "/bets",
            ),
            (bet("7"), "invalid_field", "/bets/1"),
            (bet(r#"{"id":"x"}"#), "invalid_field", "/bets/1/id"),
            (bet(r#"{"id":1.5}"#), "invalid_field", "/bets/1/id"),
            (
                bet(r#"{"id":1,"selection":"1","stake":"6"}"#),
                "invalid_field",
                "/bets/1/stake",
            ),
            (
                bet(r#"{"id":1,"selection":"1","stake":null}"#),
                "invalid_field",
                "/bets/1/stake",
            ),
            (
                bet(r#"{"id":1,"selection":"1","stake":6}"#),
                "invalid_field",
                "/bets/1/cost",
            ),
            (
                bet(r#"{"id":1,"selection":"1","stake":NaN}"#),
                "unreadable_body",
                "",
            ),
        ];
        for (body, code, pointer) in table {
            assert_eq!(
                fault::<NewBatch<'_>>(&body),
                (code, pointer.to_owned()),
                "{body}"
            );
        }
        assert_eq!(
            fault::<StatusChange>(r#"{"status":"won"}"#),
            ("invalid_field", "/status".to_owned())
        );
    }

    #[test]
    fn brackets_in_texts_are_no_depth() {
        let body = format!(r#"{{"status":"failed","reason":"{}"}}"#, "[".repeat(100));
        assert!(read_json::<StatusChange>(body.as_bytes()).is_ok());
    }
}
