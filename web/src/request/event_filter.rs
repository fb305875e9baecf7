//! Which events are asked for, in the query parameters that every question about events takes.

use std::str::FromStr;

use betstream_events::{
    clock::{Clock, Timestamp},
    envelope::Position,
    event::EventType,
    ids::GameId,
    store::{EventStore, Span},
};
use betstream_projections::audit::{EventFilter, words::SoughtText};
use utoipa::IntoParams;
use uuid::Uuid;

use super::{Moment, Params, params::invalid};
use crate::error::{ApiError, kinds};

/// Which events are wanted: those that are all of what is said.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes parameters; they are read where they are used"
)]
pub(crate) struct FilterParams {
    /// In this stream.
    #[param(example = "batch-42")]
    stream: Option<String>,
    /// About this account: its own events, those of its batches, bets that were refused to it.
    account: Option<i64>,
    /// About this batch.
    batch: Option<i64>,
    /// About this bet: its pid in a batch, or its id on the stream.
    bet: Option<String>,
    /// About this market, bets of batches that count towards it included.
    market: Option<String>,
    /// Of these types, with commas between them.
    #[param(example = "batch.submitted,batch.withdrawn")]
    r#type: Option<String>,
    /// Caused by this operator, token or process.
    who: Option<String>,
    /// Come by this road: `http`, `stream`, `command-line`, `migration` or `follow-up`.
    road: Option<String>,
    /// Read from this message stream, or the very message: `BETS`, `BETS/1234`.
    source: Option<String>,
    /// Correlated under this name; an event without a correlation is its own, under its id.
    correlation: Option<String>,
    /// Caused by this: the id of an event, `request` and the id of a request.
    causation: Option<String>,
    /// With these words in the payload or the reason, each as the beginning of a word there.
    text: Option<String>,
    /// From this moment on: a position or an RFC 3339 time.
    from: Option<String>,
    /// Up to this moment: a position or an RFC 3339 time.
    to: Option<String>,
}

/// The names of the filters.
const FILTERS: [&str; 14] = [
    "stream",
    "account",
    "batch",
    "bet",
    "market",
    "type",
    "who",
    "road",
    "source",
    "correlation",
    "causation",
    "text",
    "from",
    "to",
];

/// The events that `params` ask for. `beside` are the parameters that the question takes as well:
/// any other is refused, for a filter that is misspelt would ask for everything.
///
/// # Errors
/// `invalid_parameter`, which names it; `after_the_end` for a moment that has not come;
/// `unavailable` when the log does not answer.
pub(crate) async fn event_filter(
    params: &Params,
    beside: &[&str],
    log: &dyn EventStore,
    clock: &dyn Clock,
) -> Result<EventFilter, ApiError> {
    for (name, _) in params.pairs() {
        if !FILTERS.contains(&&**name) && !beside.contains(&&**name) {
            let clipped: String = name.chars().take(40).collect();
            let detail = format!(
                "{clipped:?} filters no events; what does: {}",
                FILTERS.join(", ")
            );
            return Err(ApiError::new(&kinds::INVALID_PARAMETER, detail));
        }
    }
    Ok(EventFilter {
        stream: params.read(
            "stream",
            "a stream (account-<id>, batch-<id>, market-<game> or dead-letter-<id>)",
        )?,
        account: params.read("account", "the id of an account")?,
        batch: params.read("batch", "the id of a batch")?,
        bet: params.read("bet", "the pid or the id of a bet")?,
        market: market(params)?,
        types: types(params)?,
        who: params.text("who").map(str::to_owned),
        road: params.read(
            "road",
            "a road (http, stream, command-line, migration or follow-up)",
        )?,
        source: params.read("source", "a message stream")?,
        correlation: params.text("correlation").map(str::to_owned),
        causation: params.text("causation").map(str::to_owned),
        text: text(params)?,
        span: span(params, log, clock).await?,
    })
}

/// The filters as they were asked for, in one text: a cursor belongs to it.
pub(crate) fn filters_of(params: &Params) -> String {
    let mut given: Vec<&(String, String)> = params
        .pairs()
        .iter()
        .filter(|(name, _)| FILTERS.contains(&&**name))
        .collect();
    given.sort();
    format!("{given:?}")
}

fn market(params: &Params) -> Result<Option<GameId>, ApiError> {
    let Some(text) = params.text("market") else {
        return Ok(None);
    };
    let refuse = |error| {
        let detail = format!("market: {error}");
        ApiError::new(&kinds::INVALID_PARAMETER, detail)
    };
    GameId::parse(text).map(Some).map_err(refuse)
}

fn types(params: &Params) -> Result<Vec<EventType>, ApiError> {
    let known = || {
        let names = EventType::ALL.iter().map(|event_type| event_type.name());
        names.collect::<Vec<_>>().join(", ")
    };
    let read = |text| {
        let found = EventType::from_name(text);
        found.ok_or_else(|| invalid("type", text, &format!("an event type ({})", known())))
    };
    params.texts("type").map(read).collect()
}

fn text(params: &Params) -> Result<Option<SoughtText>, ApiError> {
    let Some(text) = params.text("text") else {
        return Ok(None);
    };
    if Uuid::from_str(text).is_ok() {
        let detail =
            format!("text {text:?} is an id: ask for it with bet, correlation or as an event");
        return Err(ApiError::new(&kinds::INVALID_PARAMETER, detail));
    }
    let expected = "a text with a letter or a digit";
    SoughtText::parse(text)
        .map(Some)
        .map_err(|_| invalid("text", text, expected))
}

async fn span(
    params: &Params,
    log: &dyn EventStore,
    clock: &dyn Clock,
) -> Result<Span<Position>, ApiError> {
    let mut span = Span::<Position>::ALL;
    let (from, to) = (params.moment("from")?, params.moment("to")?);
    if let Some(from) = from {
        let at = from.position("from", log, clock).await?;
        // What was recorded at the very moment is wanted too.
        span.after = match from {
            Moment::Position(_) => Position((at.0 - 1).max(0)),
            Moment::Time(time) => {
                log.position_at(Timestamp::from_micros(time.micros().saturating_sub(1)))
                    .await?
            }
        };
    }
    if let Some(to) = to {
        span.up_to = to.position("to", log, clock).await?;
    }
    let is_backwards = match (from, to) {
        (Some(Moment::Position(from)), Some(Moment::Position(to))) => from > to,
        (Some(Moment::Time(from)), Some(Moment::Time(to))) => from > to,
        (Some(_), Some(_)) => span.after > span.up_to,
        _ => false,
    };
    match (from, to) {
        (Some(from), Some(to)) if is_backwards => {
            let detail = format!("from {from} lies behind to {to}");
            Err(ApiError::new(&kinds::INVALID_PARAMETER, detail))
        }
        _ => Ok(span),
    }
}
