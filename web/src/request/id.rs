//! Request ids: the caller's own, or one that nobody else has.

use std::{
    cell::Cell,
    future::{Ready, ready},
};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header::{HeaderMap, HeaderName, HeaderValue},
};

use crate::error::ApiError;

/// The header in both directions.
pub static X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest id that is taken from a caller, in bytes.
const MAX_BYTES: usize = 100;

/// A request's id, as it is answered, logged and kept beside the events that it causes.
#[derive(Clone, Debug)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    /// The id as it is answered.
    pub fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

/// Makes ids for one worker: a random beginning and a counter.
#[derive(Debug)]
pub struct RequestIds {
    beginning: u64,
    next: Cell<u64>,
}

impl RequestIds {
    /// A new random beginning.
    pub fn new() -> Self {
        Self {
            beginning: rand::random(),
            next: Cell::new(0),
        }
    }

    /// The caller's id where it has a usable one, otherwise a new one.
    pub fn of(&self, headers: &HeaderMap) -> RequestId {
        if let Some(sent) = headers.get(&X_REQUEST_ID)
            && (1..=MAX_BYTES).contains(&sent.len())
            && sent.as_bytes().iter().all(u8::is_ascii_graphic)
        {
            return RequestId(sent.clone());
        }
        let number = self.next.replace(self.next.get() + 1);
        let text = format!("{:016x}-{number:x}", self.beginning);
        RequestId(
            HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("unknown")),
        )
    }
}

impl Default for RequestIds {
    fn default() -> Self {
        Self::new()
    }
}

impl FromRequest for RequestId {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let id = request.extensions().get::<Self>().cloned();
        ready(id.ok_or_else(|| ApiError::defect("a request without an id")))
    }
}
