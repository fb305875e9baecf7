//! A command as it was asked: its body, and who asks how and why.

use std::{future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header::{HeaderMap, IF_MATCH},
    web::Data,
};
use betstream_actors::context::CommandContext;
use betstream_events::{
    causes::{MAX_CHARS, words},
    clock::Clock,
    envelope::Version,
    fault::{self, Point},
    metadata::Road,
};
use bytes::Bytes;
use serde::Deserialize;

use super::{Body, causes, read_json};
use crate::{
    access::Caller,
    error::{ApiError, kinds},
    idempotency,
};

/// A command as it was asked.
pub struct Asked {
    /// Who asks, how, why and when.
    pub context: CommandContext,
    body: Bytes,
}

impl Asked {
    /// The body read as JSON.
    ///
    /// # Errors
    /// `unreadable_body` or `invalid_field`.
    pub fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, ApiError> {
        read_json(&self.body)
    }

    /// The body read as JSON where there is one.
    ///
    /// # Errors
    /// `unreadable_body` or `invalid_field`.
    pub fn json_or_default<'a, T: Deserialize<'a> + Default>(&'a self) -> Result<T, ApiError> {
        if self.body.iter().all(u8::is_ascii_whitespace) {
            Ok(T::default())
        } else {
            self.json()
        }
    }

    /// The context, with the reason that the body gave; one in a header goes before it.
    ///
    /// # Errors
    /// `invalid_field` when the reason is too long.
    pub fn because(self, reason: Option<String>) -> Result<CommandContext, ApiError> {
        let mut context = self.context;
        if let Some(reason) = reason.filter(|reason| !reason.trim().is_empty()) {
            if reason.chars().count() > MAX_CHARS {
                let detail = format!("reason has more than {MAX_CHARS} characters");
                return Err(ApiError::field(&kinds::REFUSED, "/reason", detail));
            }
            context.reason.get_or_insert(reason);
        }
        Ok(context)
    }
}

impl FromRequest for Asked {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let context = context_of(request);
        let body = Body::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let mut context = context?;
            let Body(body) = body.await?;
            context.repeat_key = idempotency::key_of(&request, &context.who, &body)?;
            fault::pass(Point::InHandler);
            Ok(Self { context, body })
        })
    }
}

fn context_of(request: &HttpRequest) -> Result<CommandContext, ApiError> {
    let clock = request
        .app_data::<Data<dyn Clock>>()
        .ok_or_else(|| ApiError::defect("a server without a clock"))?;
    let extensions = request.extensions();
    let caller = extensions
        .get::<Caller>()
        .ok_or_else(|| ApiError::defect("a command without a caller"))?;
    let mut context = CommandContext::new(&*caller.name, Road::Http, clock.now());
    context.reason = reason(request.headers())?;
    context.causes = causes(request)?;
    context.if_match = if_match(request.headers())?;
    Ok(context)
}

/// The reason that a header gives, in UTF-8.
fn reason(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    const X_REASON: &str = "x-reason";
    let value = headers.get(X_REASON);
    Ok(value.map_or(Ok(None), |value| words(X_REASON, value.as_bytes()))?)
}

/// The version that the caller saw. `*` asks for no more than that the thing exists, which every
/// command does anyway.
fn if_match(headers: &HeaderMap) -> Result<Option<Version>, ApiError> {
    let Some(value) = headers.get(IF_MATCH) else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let digits = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    let version = digits.and_then(|digits| digits.parse().ok()).map(Version);
    version.map(Some).ok_or_else(|| {
        let clipped: String = text.chars().take(40).collect();
        ApiError::new(
            &kinds::INVALID_HEADER,
            format!("If-Match {clipped:?} is no ETag of ours, like \"3\""),
        )
    })
}
