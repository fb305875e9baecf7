//! What each failure of the crates below becomes, exhaustively and in this one file.

use betstream_actors::{
    account::AccountRejection,
    answer::Answer,
    batch::{BatchRejection, BetFault},
    dead_letter::DeadLetterRejection,
    error::CommandError,
    intake::Unreadable,
    market::BetRejection,
    projection::ProjectionRejection,
};
use betstream_events::{causes::BadHeader, proof::ProofError, store::StoreError};
use betstream_projections::{
    ControlError, PartError, QueryError, RebuildError, history::HistoryError, views::ViewError,
};

use super::{ApiError, kinds};
use crate::api_types::answered;

impl<R: Into<ApiError>> From<CommandError<R>> for ApiError {
    fn from(error: CommandError<R>) -> Self {
        let detail = match &error {
            CommandError::Rejected(_) => String::new(),
            CommandError::KeyReused { .. }
            | CommandError::KeyRunning { .. }
            | CommandError::Overloaded
            | CommandError::Contended
            | CommandError::Stopping
            | CommandError::Failed => describe(&error),
            // What the database said is for the log; callers are told what it means to them.
            CommandError::Unavailable(reason) => {
                tracing::warn!(reason, "a command met a store that is not available");
                "the store does not answer; nothing was changed".to_owned()
            }
            CommandError::StorageFull(reason) => {
                tracing::warn!(reason, "a command met a disk that takes no more");
                "the disk of the store takes no more; nothing was changed".to_owned()
            }
            CommandError::OutcomeUnknown(reason) => {
                tracing::warn!(reason, "the outcome of a command is unknown");
                "whether it was carried out could not be found out; look before asking again"
                    .to_owned()
            }
        };
        let kind = match error {
            CommandError::Rejected(rejection) => return rejection.into(),
            CommandError::KeyReused { .. } => &kinds::KEY_REUSED,
            CommandError::KeyRunning { .. } => &kinds::KEY_RUNNING,
            CommandError::Overloaded => &kinds::OVERLOADED,
            CommandError::Contended => &kinds::CONTENDED,
            CommandError::Stopping => &kinds::STOPPING,
            CommandError::Unavailable(_) => &kinds::UNAVAILABLE,
            CommandError::StorageFull(_) => &kinds::STORAGE_FULL,
            CommandError::OutcomeUnknown(_) => &kinds::OUTCOME_UNKNOWN,
            CommandError::Failed => &kinds::INTERNAL,
        };
        Self::new(kind, detail)
    }
}

/// A failure's own words; `R` need not be printable, for a rejection has its own conversion.
fn describe<R>(error: &CommandError<R>) -> String {
    match error {
        CommandError::KeyReused { key } => {
            format!("the idempotency key {key:?} was used for another request body")
        }
        CommandError::KeyRunning { key } => {
            format!("a request with the idempotency key {key:?} is still running")
        }
        CommandError::Overloaded => "too many commands are waiting; nothing was changed".to_owned(),
        CommandError::Contended => {
            "too many others changed the same thing at once; nothing was changed".to_owned()
        }
        CommandError::Stopping => "the server is stopping; nothing was changed".to_owned(),
        CommandError::Failed => "the decision failed unexpectedly; nothing was changed".to_owned(),
        CommandError::Rejected(_)
        | CommandError::Unavailable(_)
        | CommandError::StorageFull(_)
        | CommandError::OutcomeUnknown(_) => String::new(),
    }
}

impl From<ProofError> for ApiError {
    fn from(error: ProofError) -> Self {
        let detail = error.to_string();
        match error {
            ProofError::Store(error) if !matches!(error, StoreError::Damaged { .. }) => {
                error.into()
            }
            ProofError::NoSuchPosition(_) => Self::not_found(detail),
            ProofError::Store(_)
            | ProofError::Rewritten { .. }
            | ProofError::Tampered(_)
            | ProofError::OtherThanHead(_)
            | ProofError::Head(_)
            | ProofError::HeadTooOld { .. } => {
                tracing::error!(error = detail, "nothing is signed for a log like this");
                Self::new(&kinds::LOG_TAMPERED, detail)
            }
        }
    }
}

impl From<AccountRejection> for ApiError {
    fn from(rejection: AccountRejection) -> Self {
        let detail = rejection.to_string();
        match rejection {
            AccountRejection::Unknown { .. } => Self::not_found(detail),
            AccountRejection::Exists { .. } => Self::new(&kinds::EXISTS, detail),
            AccountRejection::Stale { current, .. } => stale(detail, &current),
            AccountRejection::NameEmpty => Self::field(&kinds::REFUSED, "/name", "name is empty"),
            AccountRejection::NameTooLong { .. } => Self::field(&kinds::REFUSED, "/name", detail),
            AccountRejection::Nul { field } => {
                Self::field(&kinds::REFUSED, format!("/{field}"), detail)
            }
            AccountRejection::HostnameTooLong { .. } => {
                Self::field(&kinds::REFUSED, "/hostname", detail)
            }
            AccountRejection::NameInUse { name, .. } => Self::field(
                &kinds::NAME_IN_USE,
                "/name",
                format!("name {name:?} is in use"),
            ),
        }
    }
}

impl From<BatchRejection> for ApiError {
    fn from(rejection: BatchRejection) -> Self {
        let detail = rejection.to_string();
        match rejection {
            BatchRejection::Unknown { .. }
            | BatchRejection::UnknownBet { .. }
            | BatchRejection::UnknownAccount { .. } => Self::not_found(detail),
            BatchRejection::Exists { .. } => Self::new(&kinds::EXISTS, detail),
            BatchRejection::NotOpen { .. } => Self::new(&kinds::BATCH_CLOSED, detail),
            BatchRejection::Stale { current, .. } => stale(detail, &current),
            BatchRejection::TooManyBets { .. } => Self::field(&kinds::REFUSED, "/bets", detail),
            BatchRejection::BadBet { index, fault } => bad_bet(index, &fault),
            // These three answer stream bets, which come in by another road.
            BatchRejection::NameHeld { .. } => Self::new(&kinds::NAME_IN_USE, detail),
            BatchRejection::AlreadyRecorded { .. } | BatchRejection::Conflicting { .. } => {
                Self::new(&kinds::EXISTS, detail)
            }
        }
    }
}

fn bad_bet(index: usize, fault: &BetFault) -> ApiError {
    let field = match fault {
        BetFault::StakeNotPositive { .. } => "stake",
        BetFault::Selection(_) => "selection",
    };
    ApiError::field(
        &kinds::REFUSED,
        format!("/bets/{index}/{field}"),
        fault.to_string(),
    )
}

fn stale(detail: String, current: &Answer) -> ApiError {
    let error = ApiError::new(&kinds::STALE, detail);
    match answered::current(current) {
        Some((current, version)) => error.with_current(current, version),
        None => error,
    }
}

impl From<DeadLetterRejection> for ApiError {
    fn from(rejection: DeadLetterRejection) -> Self {
        let detail = rejection.to_string();
        match rejection {
            DeadLetterRejection::Unknown { .. } => Self::not_found(detail),
            DeadLetterRejection::Settled { .. } | DeadLetterRejection::Discarded { .. } => {
                Self::new(&kinds::DEAD_LETTER_CLOSED, detail)
            }
            DeadLetterRejection::Cut { .. } => Self::new(&kinds::DEAD_LETTER_CUT, detail),
            DeadLetterRejection::ReasonMissing { .. } => {
                Self::field(&kinds::REFUSED, "/reason", detail)
            }
        }
    }
}

impl From<ProjectionRejection> for ApiError {
    fn from(rejection: ProjectionRejection) -> Self {
        let detail = rejection.to_string();
        match rejection {
            ProjectionRejection::Skipped { .. } => Self::new(&kinds::SKIPPED_ALREADY, detail),
            ProjectionRejection::ReasonMissing { .. } => {
                Self::field(&kinds::REFUSED, "/reason", detail)
            }
            ProjectionRejection::Impossible => Self::defect(&detail),
        }
    }
}

impl From<ControlError> for ApiError {
    fn from(error: ControlError) -> Self {
        let detail = error.to_string();
        match error {
            ControlError::Rebuilding(_) | ControlError::NotRebuilding(_) => {
                Self::new(&kinds::REBUILD_STATE, detail)
            }
            ControlError::Paused(..) | ControlError::NotPaused(_) => {
                Self::new(&kinds::PAUSE_STATE, detail)
            }
            ControlError::NotFailing(_) => Self::new(&kinds::NOT_FAILING, detail),
            ControlError::OtherEvent { .. } => Self::field(&kinds::REFUSED, "/position", detail),
            ControlError::Views(error) => QueryError::Views(error).into(),
            ControlError::Log(error) => error.into(),
        }
    }
}

impl From<PartError> for ApiError {
    fn from(error: PartError) -> Self {
        let detail = error.to_string();
        match error {
            PartError::NotDivisible { .. } => Self::field(&kinds::REFUSED, "/stream", detail),
            PartError::NoSuchStream(_) => Self::not_found(detail),
            PartError::Moved(_) => Self::new(&kinds::CONTENDED, detail),
            PartError::NotBuilt(_)
            | PartError::Rebuild(RebuildError::Event { .. } | RebuildError::Overtaken { .. }) => {
                Self::new(&kinds::REBUILD_STATE, detail)
            }
            PartError::Rebuild(RebuildError::Unavailable(_) | RebuildError::Stopped) => {
                Self::new(&kinds::UNAVAILABLE, detail)
            }
        }
    }
}

impl From<BetRejection> for ApiError {
    fn from(rejection: BetRejection) -> Self {
        Self::field(
            &kinds::REFUSED,
            format!("/{}", rejection.field()),
            rejection.to_string(),
        )
    }
}

impl From<Unreadable> for ApiError {
    fn from(Unreadable { field, detail, .. }: Unreadable) -> Self {
        match field {
            Some(field) => Self::field(&kinds::INVALID_FIELD, format!("/{field}"), detail),
            None => Self::new(&kinds::UNREADABLE_BODY, detail),
        }
    }
}

impl From<QueryError> for ApiError {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Log(error) => error.into(),
            QueryError::Views(ViewError::Unavailable(reason)) | QueryError::Counters(reason) => {
                tracing::warn!(reason, "a question met a view that is not available");
                Self::new(&kinds::UNAVAILABLE, "the view does not answer")
            }
            QueryError::Views(error @ (ViewError::Unreadable(_) | ViewError::Unusable(_))) => {
                Self::defect(&error.to_string())
            }
        }
    }
}

impl From<HistoryError> for ApiError {
    fn from(error: HistoryError) -> Self {
        match error {
            HistoryError::UnknownStream { .. } => Self::not_found(error.to_string()),
            HistoryError::UnknownVersion { .. } => {
                Self::new(&kinds::AFTER_THE_END, error.to_string())
            }
            HistoryError::Behind { wanted, reached } => Self::view_behind(wanted, reached),
            HistoryError::Query(error) => error.into(),
        }
    }
}

impl From<BadHeader> for ApiError {
    fn from(error: BadHeader) -> Self {
        Self::new(&kinds::INVALID_HEADER, error.to_string())
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable { reason }
            | StoreError::Full { reason }
            | StoreError::OutcomeUnknown { reason } => {
                tracing::warn!(reason, "a question met a store that is not available");
                Self::new(&kinds::UNAVAILABLE, "the store does not answer")
            }
            StoreError::Unreadable(_) | StoreError::Damaged { .. } | StoreError::Unusable(_) => {
                Self::defect(&error.to_string())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;

    use super::*;

    #[test]
    fn what_the_system_could_not_take_says_when_to_come_again() {
        let reason = || "disk full at /secret".to_owned();
        let key = || "k".to_owned();
        let table: Vec<(CommandError<BatchRejection>, u16, &str, bool)> = vec![
            (
                CommandError::KeyReused { key: key() },
                422,
                "key_reused",
                false,
            ),
            (
                CommandError::KeyRunning { key: key() },
                409,
                "key_running",
                true,
            ),
            (CommandError::Overloaded, 503, "overloaded", true),
            (CommandError::Contended, 503, "contended", true),
            (CommandError::Stopping, 503, "stopping", true),
            (
                CommandError::Unavailable(reason()),
                503,
                "unavailable",
                true,
            ),
            (
                CommandError::StorageFull(reason()),
                503,
                "storage_full",
                true,
            ),
            (
                CommandError::OutcomeUnknown(reason()),
                503,
                "outcome_unknown",
                true,
            ),
            (CommandError::Failed, 500, "internal", false),
        ];
        for (error, status, code, again) in table {
            let error = ApiError::from(error);
            let response = error.to_response(None);
            assert_eq!(
                response.status(),
                StatusCode::from_u16(status).unwrap(),
                "{code}"
            );
            assert_eq!(error.kind().code, code);
            assert_eq!(
                response.headers().contains_key("retry-after"),
                again,
                "{code}"
            );
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
