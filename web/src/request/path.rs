//! Ids in paths.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use betstream_events::{
    envelope::{StreamName, StreamNameError},
    ids::{AccountId, BatchId, BetPid, DeadLetterId},
    store::{EventRef, NotAnEvent},
};
use betstream_projections::{ProjectionName, RebuildTarget};
use utoipa::IntoParams;

use crate::error::{ApiError, kinds};

macro_rules! path {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ident),* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, IntoParams)]
        #[into_params(parameter_in = Path)]
        pub struct $name {
            $(
                $(#[$field_doc])*
                #[param(value_type = i64, minimum = 1)]
                pub $field: $type,
            )*
        }

        impl FromRequest for $name {
            type Error = ApiError;
            type Future = Ready<Result<Self, ApiError>>;

            fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
                let read = || Ok(Self { $($field: $type::new(integer(request, stringify!($field))?)),* });
                ready(read())
            }
        }
    };
}

path!(
    /// An account.
    AccountPath {
        /// The account.
        account_id: AccountId
    }
);
path!(
    /// A batch of an account.
    BatchPath {
        /// The account.
        account_id: AccountId,
        /// The batch.
        batch_id: BatchId
    }
);
path!(
    /// A bet in a batch of an account.
    BetPath {
        /// The account.
        account_id: AccountId,
        /// The batch.
        batch_id: BatchId,
        /// The bet's own id.
        pid: BetPid
    }
);

path!(
    /// A dead letter.
    DeadLetterPath {
        /// The letter.
        dead_letter_id: DeadLetterId
    }
);

fn integer(request: &HttpRequest, name: &str) -> Result<i64, ApiError> {
    let text = request.match_info().get(name).unwrap_or_default();
    text.parse().map_err(|_| {
        let clipped: String = text.chars().take(40).collect();
        ApiError::new(
            &kinds::INVALID_PATH,
            format!("{name} {clipped:?} is no integer"),
        )
    })
}

/// A stream.
#[derive(Clone, Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct StreamPath {
    /// The stream: `account-7`, `batch-42`, `market-game_123` or `dead-letter-17`.
    #[param(value_type = String, example = "batch-42")]
    pub stream: StreamName,
}

impl FromRequest for StreamPath {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let stream = decoded(request, "stream").parse();
        let invalid =
            |error: StreamNameError| ApiError::new(&kinds::INVALID_PATH, error.to_string());
        ready(stream.map(|stream| Self { stream }).map_err(invalid))
    }
}

/// A projection.
#[derive(Clone, Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ProjectionPath {
    /// The projection: `desk`, `markets`, `odds`, `stats` or `audit`; `all` where several can be meant.
    #[param(example = "desk")]
    pub projection: String,
}

impl ProjectionPath {
    /// The one that is meant.
    ///
    /// # Errors
    /// `not_found` when it names none.
    pub fn name(&self) -> Result<ProjectionName, ApiError> {
        let name = self.projection.parse();
        name.map_err(|error| ApiError::not_found(format!("{error}")))
    }

    /// The one that is meant, or all.
    ///
    /// # Errors
    /// `not_found` when it names none.
    pub fn target(&self) -> Result<RebuildTarget, ApiError> {
        let target = self.projection.parse();
        target.map_err(|error| ApiError::not_found(format!("{error}")))
    }
}

impl FromRequest for ProjectionPath {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let text = request.match_info().get("projection").unwrap_or_default();
        ready(Ok(Self {
            projection: text.chars().take(80).collect(),
        }))
    }
}

/// A game.
#[derive(Clone, Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct GamePath {
    /// The game.
    pub game_id: String,
}

impl FromRequest for GamePath {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Ok(Self {
            game_id: decoded(request, "game_id"),
        }))
    }
}

/// An event.
#[derive(Clone, Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct EventPath {
    /// Its position, or its id.
    #[param(value_type = String, example = "112")]
    pub event: EventRef,
}

impl FromRequest for EventPath {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let event = decoded(request, "event").parse();
        let invalid =
            |error: NotAnEvent| ApiError::new(&kinds::INVALID_PATH, format!("event {error}"));
        ready(event.map(|event| Self { event }).map_err(invalid))
    }
}

/// What events are correlated under.
#[derive(Clone, Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct CorrelationPath {
    /// The correlation; of an event that has none, its id.
    pub correlation: String,
}

impl FromRequest for CorrelationPath {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Ok(Self {
            correlation: decoded(request, "correlation"),
        }))
    }
}

/// A part of the path as text. The router leaves `%2F` and the like encoded.
fn decoded(request: &HttpRequest, name: &str) -> String {
    let text = request.match_info().get(name).unwrap_or_default();
    url::form_urlencoded::parse(format!("t={}", text.replace('+', "%2B")).as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
