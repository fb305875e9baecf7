//! Who asks.

use std::{
    future::{Ready, ready},
    sync::Arc,
};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};

use crate::error::{ApiError, kinds};

/// Who asks, as the envelope found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The *who* of everything that is done.
    pub name: Arc<str>,
    /// How they showed it.
    pub road: Road,
}

/// How a caller showed who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Road {
    /// Not at all: the server is open.
    Open,
    /// A token in the request.
    Bearer,
    /// A session's cookie.
    Session,
}

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let caller = request.extensions().get::<Self>().cloned();
        ready(caller.ok_or_else(|| ApiError::new(&kinds::UNAUTHENTICATED, "nobody is signed in")))
    }
}
