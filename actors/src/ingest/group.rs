//! One group of messages: decoded, taken, acknowledged.

use std::{sync::Arc, time::Duration};

use async_nats::{
    HeaderMap,
    jetstream::{AckKind, Message},
};
use betstream_events::{
    causes::{Causes, TRACEPARENT},
    fault::{self, Point},
    metadata::Road,
};

use betstream_telemetry::{
    measures::ingest,
    traces::{self, Entrance, Span, TraceParent},
};

use super::{
    IngestDeps,
    acknowledge::{Acknowledgement, Disposition, acknowledgement},
    consumer::{ACK_WAIT, time_of},
    dead_letters::dead_letter,
    letter_box::LetterBox,
};
use crate::{
    intake::{Unreadable, parse_bet},
    market::{SentBet, Taking},
};

/// How often the broker is told that a group is still in hand.
const STILL_AT_IT: Duration = ACK_WAIT.checked_div(3).expect("three is not zero");

/// Takes a group of messages and acknowledges each by what became of it; what cannot be read goes
/// to `letters`.
pub(super) async fn take(deps: &IngestDeps, letters: &LetterBox, messages: Vec<Message>) {
    let mut bets = Vec::with_capacity(messages.len());
    let mut bet_messages = Vec::with_capacity(messages.len());
    // They end when all of the group is acknowledged.
    let mut spans: Vec<Span> = Vec::new();
    for message in messages {
        let sequence = message.info().map_or(0, |info| info.stream_sequence);
        match read(&message) {
            Ok(mut bet) => {
                bet.sequence = Some(sequence);
                spans.extend(begin(deps, &message, &mut bet));
                bets.push(bet);
                bet_messages.push(message);
            }
            Err(why) => {
                let now = deps.clock.now();
                let letter = dead_letter(
                    &deps.names.stream,
                    sequence,
                    &message.subject,
                    &message.payload,
                    &why,
                    now,
                );
                letters.keep(letter, message).await;
            }
        }
    }
    if bets.is_empty() {
        return;
    }
    let taking = Arc::new(Taking {
        who: "stream".to_owned(),
        road: Road::Stream,
        stream: Some(deps.names.stream.clone()),
        causes: Causes::default(),
        currency: deps.bets.currency(),
        keeps_refusals: true,
    });
    let outcomes = while_speaking_for(&bet_messages, deps.bets.take(bets, taking)).await;
    for (message, outcome) in bet_messages.iter().zip(outcomes) {
        fault::pass(Point::AfterCommitBeforeAck);
        tell(message, acknowledgement(&Disposition::Bet(outcome))).await;
    }
    measure_delay(deps, &bet_messages);
}

/// The span of a message, as part of which its bet goes on; none while traces are off.
fn begin(deps: &IngestDeps, message: &Message, bet: &mut SentBet) -> Option<Span> {
    if !traces::is_on() {
        return None;
    }
    let headers = message.headers.as_ref();
    let parent = headers.and_then(|headers| find(headers, TRACEPARENT));
    let parent = parent.and_then(TraceParent::parse);
    let mut span = Span::enter("process bets", Entrance::Message, parent);
    let trace = span.context()?;
    span.set("messaging.system", "nats");
    span.set("messaging.operation.type", "process");
    span.set("messaging.destination.name", deps.names.subject.clone());
    span.set("messaging.message.id", bet.bet_id.to_string());
    bet.causes.get_or_insert_default().trace = Some(trace);
    Some(span)
}

/// The broker sends messages in their order, so a group's first one is its oldest.
fn measure_delay(deps: &IngestDeps, messages: &[Message]) {
    let oldest = messages.first().and_then(|message| message.info().ok());
    if let Some(info) = oldest {
        let delay = deps.clock.now().micros() - time_of(info.published).micros();
        ingest::DELAY.record(delay.max(0) as f64 / 1e6);
    }
}

/// The bet of a message, with what its headers say of causes. Most messages have none.
fn read(message: &Message) -> Result<SentBet, Unreadable> {
    let mut bet = parse_bet(&message.payload)?;
    if let Some(headers) = &message.headers {
        bet.causes = causes_of(headers)?.map(Box::new);
    }
    Ok(bet)
}

/// Names count in any case: publishers write `X-Correlation-Id`.
fn causes_of(headers: &HeaderMap) -> Result<Option<Causes>, Unreadable> {
    let causes = Causes::read(|name| find(headers, name)).map_err(|error| Unreadable {
        reason: "bad_header",
        field: None,
        detail: error.to_string(),
    })?;
    Ok((!causes.is_empty()).then_some(causes))
}

fn find<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a [u8]> {
    let is_wanted = |name: &str| name.eq_ignore_ascii_case(wanted);
    let (_, values) = headers.iter().find(|(name, _)| is_wanted(name.as_ref()))?;
    values.first().map(|value| value.as_str().as_bytes())
}

/// Runs `work`, telling the broker from time to time that `messages` are still in hand.
async fn while_speaking_for<T>(messages: &[Message], work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    loop {
        match tokio::time::timeout(STILL_AT_IT, &mut work).await {
            Ok(done) => return done,
            Err(_still) => {
                for message in messages {
                    send(message, AckKind::Progress).await;
                }
            }
        }
    }
}

pub(super) async fn tell(message: &Message, acknowledgement: Acknowledgement) {
    ingest::ACKNOWLEDGEMENTS
        .of([acknowledgement.word()])
        .increment(1);
    send(message, acknowledgement.kind()).await;
}

/// An acknowledgement that does not arrive costs a repeat, which the log finds.
async fn send(message: &Message, kind: AckKind) {
    if let Err(error) = message.ack_with(kind).await {
        tracing::debug!(error, "an acknowledgement was not sent");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_a_message_name_its_causes_in_any_case() {
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Msg-Id", "7");
        assert_eq!(causes_of(&headers), Ok(None));
        headers.insert("X-Correlation-Id", "ticket 12");
        headers.insert("x-causation-id", "mail 7");
        let causes = causes_of(&headers).unwrap().unwrap();
        assert_eq!(causes.correlation.as_deref(), Some("ticket 12"));
        assert_eq!(causes.causation.as_deref(), Some("mail 7"));
        headers.insert("x-causation-id", "x".repeat(501));
        let unreadable = causes_of(&headers).unwrap_err();
        let detail = "x-causation-id has 501 characters, at most 500 are taken";
        assert_eq!(
            (unreadable.reason, unreadable.detail.as_str()),
            ("bad_header", detail)
        );
    }
}
