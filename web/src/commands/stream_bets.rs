//! Bets as the stream sends them, posted: one, an array, or NDJSON.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, http::header::CONTENT_TYPE, post, web::Data};
use betstream_actors::{
    intake::{StreamBets, Unreadable, parse_bet},
    market::{BetOutcome, SentBet, Taking},
};
use betstream_events::{envelope::Position, metadata};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::CommandHeaders;
use crate::{
    access::Caller,
    api_types::bets::{BetsReceipt, RefusedBet, StreamBet},
    error::{ApiError, ApiResult, kinds},
    request::{Body, causes, read_json},
};

/// One bet or several.
#[derive(ToSchema)]
#[schema(as = StreamBets)]
#[expect(
    dead_code,
    reason = "describes the body; it is read by the actors' own reader"
)]
enum PostedBets {
    #[schema(title = "one")]
    One(StreamBet),
    #[schema(title = "several")]
    Several(Vec<StreamBet>),
}

/// Record bets. Each stands alone; the same bet again changes nothing, so no key is needed.
#[utoipa::path(
    tag = "stream", operation_id = "record_bets", params(CommandHeaders),
    request_body(content(
        (PostedBets = "application/json"),
        (StreamBet = "application/x-ndjson"),
    )),
    responses((status = 200, body = BetsReceipt, headers(("X-Log-Position" = i64)))),
)]
#[post("/bets")]
pub(crate) async fn record_bets(
    request: HttpRequest,
    caller: Caller,
    Body(body): Body,
    bets: Data<StreamBets>,
) -> ApiResult {
    let posted = Posted::read(&request, &body)?;
    let taking = Taking {
        who: caller.name.to_string(),
        road: metadata::Road::Http,
        stream: None,
        causes: causes(&request)?,
        currency: bets.currency(),
        keeps_refusals: false,
    };
    let Posted {
        bets: sent,
        unreadable,
        single,
    } = posted;
    let (places, sent) = sent
        .into_iter()
        .map(|(index, bet)| ((index, bet.bet_id), bet))
        .unzip();
    let outcomes = bets.take(sent, Arc::new(taking)).await;
    let receipt = Settled {
        places,
        outcomes,
        unreadable,
        single,
    }
    .receipt()?;
    Ok(HttpResponse::Ok()
        .insert_header(("x-log-position", receipt.position))
        .json(receipt))
}

/// What was posted, as far as it could be read.
struct Posted {
    /// The bets with their places.
    bets: Vec<(usize, SentBet)>,
    /// NDJSON lines that are no bets.
    unreadable: Vec<(usize, Unreadable)>,
    /// Whether it was one object, and not a list of one.
    single: bool,
}

impl Posted {
    fn read(request: &HttpRequest, body: &[u8]) -> Result<Self, ApiError> {
        let content_type = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let content_type = content_type.split(';').next().unwrap_or_default().trim();
        if [
            "application/x-ndjson",
            "application/ndjson",
            "application/jsonl",
        ]
        .contains(&content_type)
        {
            return Ok(Self::lines(body));
        }
        match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'[') => Self::array(body),
            _ => Ok(Self {
                bets: vec![(0, parse_bet(body)?)],
                unreadable: Vec::new(),
                single: true,
            }),
        }
    }

    /// A body is read as a whole: one element that is no bet makes it unreadable.
    fn array(body: &[u8]) -> Result<Self, ApiError> {
        let elements: Vec<&RawValue> = read_json(body)?;
        let read = |(index, element): (usize, &RawValue)| match parse_bet(element.get().as_bytes())
        {
            Ok(bet) => Ok((index, bet)),
            Err(Unreadable { field, detail, .. }) => {
                let pointer =
                    field.map_or_else(|| format!("/{index}"), |field| format!("/{index}/{field}"));
                Err(ApiError::field(&kinds::INVALID_FIELD, pointer, detail))
            }
        };
        let bets = elements
            .into_iter()
            .enumerate()
            .map(read)
            .collect::<Result<_, _>>()?;
        Ok(Self {
            bets,
            unreadable: Vec::new(),
            single: false,
        })
    }

    /// Lines stand alone: one that is no bet is one that was not taken. Empty lines are passed over.
    fn lines(body: &[u8]) -> Self {
        let mut posted = Self {
            bets: Vec::new(),
            unreadable: Vec::new(),
            single: false,
        };
        let lines = body
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.iter().all(u8::is_ascii_whitespace));
        for (index, line) in lines.enumerate() {
            match parse_bet(line) {
                Ok(bet) => posted.bets.push((index, bet)),
                Err(unreadable) => posted.unreadable.push((index, unreadable)),
            }
        }
        posted
    }
}

/// What became of everything that was posted.
struct Settled {
    /// The place and the id of each bet.
    places: Vec<(usize, Uuid)>,
    /// What became of each.
    outcomes: Vec<BetOutcome>,
    unreadable: Vec<(usize, Unreadable)>,
    single: bool,
}

impl Settled {
    fn receipt(self) -> Result<BetsReceipt, ApiError> {
        let received = (self.outcomes.len() + self.unreadable.len()) as u64;
        let mut receipt = BetsReceipt {
            received,
            recorded: 0,
            duplicates: 0,
            refused: Vec::new(),
            position: 0,
        };
        let mut deferred = None;
        for ((index, id), outcome) in self.places.into_iter().zip(self.outcomes) {
            let position = match outcome {
                BetOutcome::Recorded { position } => {
                    receipt.recorded += 1;
                    Some(position)
                }
                BetOutcome::AlreadyRecorded { position } => {
                    receipt.duplicates += 1;
                    Some(position)
                }
                BetOutcome::Refused { rejection, .. } if self.single => {
                    return Err(rejection.into());
                }
                BetOutcome::Refused {
                    rejection,
                    position,
                } => {
                    let (code, detail) = (rejection.code(), rejection.to_string());
                    receipt.refused.push(RefusedBet {
                        index: index as u64,
                        id: Some(id),
                        code,
                        detail,
                    });
                    position
                }
                BetOutcome::Deferred { reason } => {
                    deferred = Some(reason);
                    None
                }
            };
            receipt.position = receipt.position.max(position.unwrap_or(Position::START).0);
        }
        if let Some(reason) = deferred {
            return Err(not_all_taken(&receipt, &reason));
        }
        let unreadable = self
            .unreadable
            .into_iter()
            .map(|(index, fault)| RefusedBet {
                index: index as u64,
                id: None,
                code: fault.reason,
                detail: fault.detail,
            });
        receipt.refused.extend(unreadable);
        receipt.refused.sort_by_key(|refused| refused.index);
        Ok(receipt)
    }
}

/// Some could not be taken now. To send all of them again is safe: a bet is recorded once.
fn not_all_taken(receipt: &BetsReceipt, reason: &str) -> ApiError {
    tracing::warn!(reason, "bets could not be taken");
    let taken = receipt.recorded + receipt.duplicates;
    let detail = format!(
        "{taken} of {} bets are recorded; send all of them again",
        receipt.received
    );
    ApiError::new(&kinds::UNAVAILABLE, detail)
}
