//! One group of messages: decoded, taken, acknowledged.

use std::{sync::Arc, time::Duration};

use async_nats::jetstream::{AckKind, Message};
use betstream_events::{
    fault::{self, Point},
    metadata::Road,
};

use super::{
    IngestDeps,
    acknowledge::{Acknowledgement, Disposition, acknowledgement},
    consumer::ACK_WAIT,
    dead_letters::dead_letter,
    letter_box::LetterBox,
};
use crate::{intake::parse_bet, market::Taking};

/// How often the broker is told that a group is still in hand.
const STILL_AT_IT: Duration = ACK_WAIT.checked_div(3).expect("three is not zero");

/// Takes a group of messages and acknowledges each by what became of it; what cannot be read goes
/// to `letters`.
pub(super) async fn take(deps: &IngestDeps, letters: &LetterBox, messages: Vec<Message>) {
    let mut bets = Vec::with_capacity(messages.len());
    let mut bet_messages = Vec::with_capacity(messages.len());
    for message in messages {
        let sequence = message.info().map_or(0, |info| info.stream_sequence);
        match parse_bet(&message.payload) {
            Ok(mut bet) => {
                bet.sequence = Some(sequence);
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
        correlation: None,
        currency: deps.bets.currency(),
        keeps_refusals: true,
    });
    let outcomes = while_speaking_for(&bet_messages, deps.bets.take(bets, taking)).await;
    for (message, outcome) in bet_messages.iter().zip(outcomes) {
        fault::pass(Point::AfterCommitBeforeAck);
        tell(message, acknowledgement(&Disposition::Bet(outcome))).await;
    }
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
    send(message, acknowledgement.kind()).await;
}

/// An acknowledgement that does not arrive costs a repeat, which the log finds.
async fn send(message: &Message, kind: AckKind) {
    if let Err(error) = message.ack_with(kind).await {
        tracing::debug!(error, "an acknowledgement was not sent");
    }
}
