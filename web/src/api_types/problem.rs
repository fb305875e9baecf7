//! Errors on the wire.

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// An error (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem<'a> {
    /// Names the kind of error.
    #[schema(example = "/problems/not_found")]
    pub r#type: String,
    /// The kind, for people.
    pub title: &'a str,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong here, naming the thing and the value.
    #[schema(required = false)]
    pub detail: &'a str,
    /// The kind's stable code.
    #[schema(example = "not_found")]
    pub code: &'a str,
    /// The request's id, as in `X-Request-Id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<&'a str>,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(required = false)]
    pub errors: &'a [FieldError],
    /// How the thing is now, when the caller saw an older version.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub current: Option<&'a RawValue>,
}

/// One field of the request's body and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// JSON pointer into the request's body.
    #[schema(example = "/bets/0/stake")]
    pub pointer: String,
    /// What is wrong with it.
    pub detail: String,
}
