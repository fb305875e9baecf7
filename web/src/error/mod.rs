//! Errors as callers meet them: one type, a stable code each, written as problem+json (RFC 9457).

mod convert;
pub mod kinds;

use std::fmt;

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use betstream_events::envelope::{Position, Version};
use serde_json::value::RawValue;

pub use kinds::Kind;

use crate::{
    api_types::problem::{FieldError, Problem},
    limits::RETRY_AFTER_SECONDS,
};

/// Why a request was not answered as asked.
#[derive(Debug)]
pub struct ApiError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: &'static Kind,
    detail: String,
    fields: Vec<FieldError>,
    /// How the thing is now, for a caller who saw an older version.
    current: Option<(Box<RawValue>, Version)>,
    /// The methods that the path takes.
    allow: Option<HeaderValue>,
}

/// The result of a handler.
pub type ApiResult = Result<HttpResponse, ApiError>;

impl ApiError {
    /// An error of this kind; `detail` names the thing and the value.
    pub fn new(kind: &'static Kind, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self(Box::new(Inner {
            kind,
            detail,
            fields: Vec::new(),
            current: None,
            allow: None,
        }))
    }

    /// An error of one field of the body; `pointer` is a JSON pointer.
    pub fn field(
        kind: &'static Kind,
        pointer: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        let detail = detail.into();
        Self::new(kind, detail.clone()).with_field(pointer, detail)
    }

    /// The same, naming one more field.
    #[must_use]
    pub fn with_field(mut self, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        self.0.fields.push(FieldError {
            pointer: pointer.into(),
            detail: detail.into(),
        });
        self
    }

    /// The same, saying how the thing is now.
    #[must_use]
    pub fn with_current(mut self, current: Box<RawValue>, version: Version) -> Self {
        self.0.current = Some((current, version));
        self
    }

    /// The same, saying which methods the path takes.
    #[must_use]
    pub fn with_allow(mut self, methods: &str) -> Self {
        self.0.allow = HeaderValue::from_str(methods).ok();
        self
    }

    /// There is no such thing.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(&kinds::NOT_FOUND, detail)
    }

    /// The view has not counted what was asked for.
    pub fn view_behind(wanted: Position, reached: Position) -> Self {
        Self::new(
            &kinds::VIEW_BEHIND,
            format!("the view has counted up to position {reached}, not yet {wanted}"),
        )
    }

    /// A defect of ours; `what` goes to the log, not to the caller.
    pub fn defect(what: &str) -> Self {
        tracing::error!(what, "a request met a defect");
        Self::new(
            &kinds::INTERNAL,
            "the server failed; nothing is known to have changed",
        )
    }

    /// Its kind.
    pub const fn kind(&self) -> &'static Kind {
        self.0.kind
    }

    /// What is wrong, in words.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The fields of the body that are wrong.
    pub fn fields(&self) -> &[FieldError] {
        &self.0.fields
    }

    /// The answer, with the request's id where it is known.
    pub fn to_response(&self, request_id: Option<&str>) -> HttpResponse {
        let Inner {
            kind,
            detail,
            fields,
            current,
            allow,
        } = &*self.0;
        let mut response = HttpResponse::build(kind.status);
        response.insert_header((header::CONTENT_TYPE, "application/problem+json"));
        if kind.again {
            response.insert_header((header::RETRY_AFTER, RETRY_AFTER_SECONDS.to_string()));
        }
        if let Some(methods) = allow {
            response.insert_header((header::ALLOW, methods.clone()));
        }
        if kind.status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        if let Some((_, version)) = current {
            response.insert_header((header::ETAG, format!("\"{version}\"")));
        }
        response.json(Problem {
            r#type: format!("/problems/{}", kind.code),
            title: kind.title,
            status: kind.status.as_u16(),
            detail,
            code: kind.code,
            request_id,
            errors: fields,
            current: current.as_ref().map(|(current, _)| &**current),
        })
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.kind.code, self.0.detail)
    }
}

impl std::error::Error for ApiError {}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.0.kind.status
    }

    fn error_response(&self) -> HttpResponse {
        self.to_response(None)
    }
}
