//! Retrying and discarding dead letters, one or all of one cause.

use actix_web::{HttpRequest, HttpResponse, post, web::Data};
use betstream_actors::{
    answer::Answer, context::CommandContext, dead_letter::DeadLetterRejection, error::CommandError,
    handle::DeadLetterCommands,
};
use betstream_events::{
    dead_letter::LetterState,
    envelope::Position,
    ids::DeadLetterId,
    store::{EventStore, LetterQuery},
};
use futures::{StreamExt, stream};
use utoipa::IntoParams;

use super::{CommandHeaders, RepeatHeader, answered};
use crate::{
    api_types::{
        answered as stated,
        dead_letters::{Because, DeadLetterFailure, DeadLetterResult, DeadLettersReport},
    },
    error::{ApiError, ApiResult, kinds},
    freshness::OwnWrites,
    limits::MAX_PAGE,
    queries::{dead_letters::cursor, paging::link_next},
    request::{Asked, DeadLetterPath, Params},
};

/// How many letters of one call are under way at once.
const AT_ONCE: usize = 32;

/// Read a dead letter once more, and record the bet in it where there is one now.
#[utoipa::path(
    tag = "dead letters", operation_id = "retry_dead_letter",
    params(DeadLetterPath, RepeatHeader, CommandHeaders), request_body = Because,
    responses((status = 200, body = DeadLetterResult, headers(("X-Log-Position" = i64)))),
)]
#[post("/dead-letters/{dead_letter_id}/retry")]
pub(crate) async fn retry_dead_letter(
    path: DeadLetterPath,
    asked: Asked,
    letters: Data<DeadLetterCommands>,
    own: Data<OwnWrites>,
) -> ApiResult {
    let Because { reason } = asked.json_or_default()?;
    let answer = letters
        .retry(path.dead_letter_id, asked.because(reason)?)
        .await?;
    Ok(answered(HttpResponse::Ok(), &own, &answer).json(stated::dead_letter(&answer)?))
}

/// Give a dead letter up; a reason must be given, in the body or as `X-Reason`.
#[utoipa::path(
    tag = "dead letters", operation_id = "discard_dead_letter",
    params(DeadLetterPath, RepeatHeader, CommandHeaders), request_body = Because,
    responses((status = 200, body = DeadLetterResult, headers(("X-Log-Position" = i64)))),
)]
#[post("/dead-letters/{dead_letter_id}/discard")]
pub(crate) async fn discard_dead_letter(
    path: DeadLetterPath,
    asked: Asked,
    letters: Data<DeadLetterCommands>,
    own: Data<OwnWrites>,
) -> ApiResult {
    let Because { reason } = asked.json_or_default()?;
    let answer = letters
        .discard(path.dead_letter_id, asked.because(reason)?)
        .await?;
    Ok(answered(HttpResponse::Ok(), &own, &answer).json(stated::dead_letter(&answer)?))
}

/// Which letters are meant, of those that wait.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes parameters; they are read where they are used"
)]
struct CauseParams {
    /// Those that could not be read for this reason.
    #[param(example = "not_json")]
    reason: String,
    /// At most so many, the newest; 500 when nothing is said.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
    /// Where to go on: from the `Link` header of the answer before.
    cursor: Option<String>,
}

/// Read all dead letters of one cause once more, each by itself. The same again is harmless: what
/// is settled is passed over.
#[utoipa::path(
    tag = "dead letters", operation_id = "retry_dead_letters",
    params(CauseParams, CommandHeaders), request_body = Because,
    responses((status = 200, body = DeadLettersReport, headers(("X-Log-Position" = i64), ("Link" = String)))),
)]
#[post("/dead-letters/retry")]
pub(crate) async fn retry_dead_letters(
    request: HttpRequest,
    params: Params,
    asked: Asked,
    log: Data<dyn EventStore>,
    letters: Data<DeadLetterCommands>,
    own: Data<OwnWrites>,
) -> ApiResult {
    let waiting = Waiting::read(&params)?;
    let Because { reason } = asked.json_or_default()?;
    let context = asked.because(reason)?;
    waiting
        .each(&request, &**log, &own, context, |id, context| {
            letters.retry(id, context)
        })
        .await
}

/// Give all dead letters of one cause up, each by itself; a reason must be given.
#[utoipa::path(
    tag = "dead letters", operation_id = "discard_dead_letters",
    params(CauseParams, CommandHeaders), request_body = Because,
    responses((status = 200, body = DeadLettersReport, headers(("X-Log-Position" = i64), ("Link" = String)))),
)]
#[post("/dead-letters/discard")]
pub(crate) async fn discard_dead_letters(
    request: HttpRequest,
    params: Params,
    asked: Asked,
    log: Data<dyn EventStore>,
    letters: Data<DeadLetterCommands>,
    own: Data<OwnWrites>,
) -> ApiResult {
    let waiting = Waiting::read(&params)?;
    let Because { reason } = asked.json_or_default()?;
    let context = asked.because(reason)?;
    if context.reason.is_none() {
        let detail = "a reason is missing, without which nothing is discarded";
        return Err(ApiError::field(&kinds::REFUSED, "/reason", detail));
    }
    waiting
        .each(&request, &**log, &own, context, |id, context| {
            letters.discard(id, context)
        })
        .await
}

/// The letters of one cause that wait, a page of them.
struct Waiting {
    query: LetterQuery,
    limit: usize,
}

impl Waiting {
    fn read(params: &Params) -> Result<Self, ApiError> {
        let missing = || {
            let detail = "reason is missing: it names the letters that are meant";
            ApiError::new(&kinds::INVALID_PARAMETER, detail)
        };
        let reason = params.text("reason").ok_or_else(missing)?.to_owned();
        let limit = params.number("limit", 1, MAX_PAGE)?.unwrap_or(MAX_PAGE) as usize;
        let query = LetterQuery {
            state: Some(LetterState::Waiting),
            reason: Some(reason),
            before: cursor(params)?,
            limit: limit + 1,
        };
        Ok(Self { query, limit })
    }

    /// Does `command` to each, some at a time, and says what became of each.
    async fn each<F>(
        self,
        request: &HttpRequest,
        log: &dyn EventStore,
        own: &OwnWrites,
        mut context: CommandContext,
        command: impl Fn(DeadLetterId, CommandContext) -> F,
    ) -> ApiResult
    where
        F: Future<Output = Result<Answer, CommandError<DeadLetterRejection>>>,
    {
        // A key belongs to one command; these are many, each of which is done once anyway.
        context.repeat_key = None;
        context.causes = context.causes.together();
        let mut found = log.dead_letters(&self.query).await?;
        let goes_on = found.len() > self.limit;
        found.truncate(self.limit);
        let next = found.last().map(|last| last.id).filter(|_| goes_on);
        let commands = found.into_iter().map(|listed| {
            let answer = command(listed.id, context.clone());
            async move { (listed.id, answer.await) }
        });
        let (mut report, mut position) = (DeadLettersReport::default(), Position::START);
        let mut answers = stream::iter(commands).buffered(AT_ONCE);
        while let Some((id, answer)) = answers.next().await {
            match answer {
                Ok(answer) => {
                    position = position.max(answer.position);
                    report.results.push(stated::dead_letter(&answer)?);
                }
                Err(error) => report.failures.push(failure(id, error)),
            }
        }
        let mut response = HttpResponse::Ok();
        response.insert_header(("x-log-position", own.answered(position).0));
        if let Some(next) = next {
            link_next(&mut response, request, &next.to_string());
        }
        Ok(response.json(report))
    }
}

fn failure(id: DeadLetterId, error: CommandError<DeadLetterRejection>) -> DeadLetterFailure {
    let error = ApiError::from(error);
    DeadLetterFailure {
        id: id.get(),
        code: error.kind().code,
        detail: error.detail().to_owned(),
    }
}
