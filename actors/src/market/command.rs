//! What can be asked of a market.

use std::sync::Arc;

use actix::Message;
use betstream_events::{
    causes::Causes,
    clock::Timestamp,
    envelope::Position,
    ids::{AccountId, GameId},
    metadata::{Road, Source},
    money::Currency,
    store::Tally,
};
use betstream_telemetry::{
    measures::Presence,
    traces::{self, TraceParent},
};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::BetRejection;

/// A bet that could be read, with its numbers as the literal texts that were sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentBet {
    /// Its id, given by the sender.
    pub bet_id: Uuid,
    /// The game.
    pub game_id: GameId,
    /// Its type.
    pub bet_type: String,
    /// The literal amount, in units of money.
    pub amount: String,
    /// What it is on.
    pub selection: Option<String>,
    /// The literal odds.
    pub odds: Option<String>,
    /// The account whose open batch it joins.
    pub account_id: Option<AccountId>,
    /// The name of that batch; the game's when none is given.
    pub batch: Option<String>,
    /// When it was placed, as written.
    pub placed_at: String,
    /// The same as an instant.
    pub occurred_at: Timestamp,
    /// Its sequence in the stream it came over.
    pub sequence: Option<u64>,
    /// What its own message says of its causes; most say nothing.
    pub causes: Option<Box<Causes>>,
}

/// By which road a group of bets came.
#[derive(Clone, Debug)]
pub struct Taking {
    /// Who sent them: the stream, or whoever posted them.
    pub who: String,
    /// The road.
    pub road: Road,
    /// The stream's name, for bets of a stream.
    pub stream: Option<String>,
    /// What belongs together and what led to it, for the bets that do not say it themselves.
    pub causes: Causes,
    /// The log's currency.
    pub currency: Currency,
    /// Whether a refusal becomes an event. On the stream it must; over HTTP the sender is told.
    pub keeps_refusals: bool,
}

impl MarketItem {
    /// The bet.
    pub(super) const fn sent(&self) -> &SentBet {
        match self {
            Self::Take(sent) | Self::Refuse(sent, _) => sent,
        }
    }

    /// The same as part of the span `trace`.
    pub(super) fn within(&mut self, trace: TraceParent) {
        let (Self::Take(sent) | Self::Refuse(sent, _)) = self;
        if let Some(causes) = &mut sent.causes {
            causes.trace = Some(trace);
        }
    }
}

impl Taking {
    /// What is known of the causes of `sent`.
    pub fn causes_of<'a>(&'a self, sent: &'a SentBet) -> &'a Causes {
        sent.causes.as_deref().unwrap_or(&self.causes)
    }

    /// The message of the stream that `sent` came in.
    pub fn source_of(&self, sent: &SentBet) -> Option<Source> {
        let (stream, sequence) = self.stream.as_ref().zip(sent.sequence)?;
        Some(Source {
            stream: stream.clone(),
            sequence,
        })
    }

    /// How such a bet is counted: outcomes of ingest are those of a stream, where every message
    /// must be accounted for. Over HTTP the sender is told.
    pub fn tally(&self, tally: Tally) -> Tally {
        if self.stream.is_some() {
            tally
        } else {
            Tally::None
        }
    }
}

/// One bet for a market.
#[derive(Clone, Debug)]
pub enum MarketItem {
    /// Take it.
    Take(SentBet),
    /// It was refused elsewhere (by a batch): keep the refusal.
    Refuse(SentBet, BetRejection),
}

/// The spans that `bets` belong to, each once; none while traces are off.
pub(super) fn origins<'a>(
    bets: impl Iterator<Item = &'a SentBet>,
    taking: &Taking,
) -> Vec<TraceParent> {
    if !traces::is_on() {
        return Vec::new();
    }
    let mut origins: Vec<TraceParent> =
        bets.filter_map(|bet| taking.causes_of(bet).trace).collect();
    origins.dedup();
    origins
}

/// Hands a market a group of bets, answered in their order.
#[derive(Message)]
#[rtype(result = "()")]
pub struct TakeBets {
    /// The bets.
    pub items: Vec<MarketItem>,
    /// How they came.
    pub taking: Arc<Taking>,
    /// That nobody has taken them up yet.
    pub waits: Presence,
    /// Who waits for them.
    pub answer: oneshot::Sender<Vec<BetOutcome>>,
}

/// What became of one bet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BetOutcome {
    /// It is new in the log.
    Recorded {
        /// Where.
        position: Position,
    },
    /// It was in the log before, with the same terms.
    AlreadyRecorded {
        /// Where.
        position: Position,
    },
    /// A rule refused it.
    Refused {
        /// The rule.
        rejection: BetRejection,
        /// Where its refusal is recorded, when it is.
        position: Option<Position>,
    },
    /// The store could not take it; it may be sent again.
    Deferred {
        /// Why.
        reason: String,
    },
}
