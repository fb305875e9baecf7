//! The desk as it was: what `at` asks for.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use betstream_events::{clock::Clock, envelope::Position, store::EventStore};
use betstream_projections::history::{DeskThen, HistoryQueries};

use crate::{error::ApiError, request::Params};

/// The way into the past.
pub(crate) struct Past {
    history: Data<HistoryQueries>,
    log: Data<dyn EventStore>,
    clock: Data<dyn Clock>,
}

impl Past {
    /// The position that `at` names; none when the present is asked for.
    ///
    /// # Errors
    /// `invalid_parameter`, or `after_the_end` for a moment that has not come.
    pub(super) async fn position(&self, params: &Params) -> Result<Option<Position>, ApiError> {
        match params.moment("at")? {
            Some(moment) => Ok(Some(
                moment.position("at", &**self.log, &**self.clock).await?,
            )),
            None => Ok(None),
        }
    }

    /// The desk as it was at `position`.
    ///
    /// # Errors
    /// `view_behind` when the desk's view has not counted so far.
    pub(super) async fn desk(&self, position: Position) -> Result<DeskThen<'_>, ApiError> {
        Ok(self.history.desk_at(position).await?)
    }
}

impl FromRequest for Past {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let given = || {
            Some(Self {
                history: request.app_data::<Data<HistoryQueries>>()?.clone(),
                log: request.app_data::<Data<dyn EventStore>>()?.clone(),
                clock: request.app_data::<Data<dyn Clock>>()?.clone(),
            })
        };
        ready(given().ok_or_else(|| ApiError::defect("a server without its history")))
    }
}
