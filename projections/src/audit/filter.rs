//! Which events are wanted.

use betstream_events::{
    envelope::{EventRow, Position, RecordedEvent, StreamName},
    event::EventType,
    ids::{AccountId, BatchId, BetPid, GameId},
    metadata::{Metadata, Road},
    store::Span,
};
use uuid::Uuid;

use super::{
    subjects::{Subject, subjects},
    words::SoughtText,
};

/// Which events are wanted: those that are all of what is said. The default is every event.
#[derive(Clone, Debug)]
pub struct EventFilter {
    /// In this stream.
    pub stream: Option<StreamName>,
    /// About this account: its own events, those of its batches, bets refused to it.
    pub account: Option<AccountId>,
    /// About this batch.
    pub batch: Option<BatchId>,
    /// About this bet.
    pub bet: Option<BetName>,
    /// About this market: its own events, and bets of batches that count towards it.
    pub market: Option<GameId>,
    /// Of one of these types; of any when there are none.
    pub types: Vec<EventType>,
    /// Caused by this operator, token or process.
    pub who: Option<String>,
    /// Come by this road.
    pub road: Option<Road>,
    /// Read from this message stream.
    pub source: Option<SourceName>,
    /// Correlated under this name; an event without a correlation is its own, under its id.
    pub correlation: Option<String>,
    /// Caused by this event or request.
    pub causation: Option<String>,
    /// With these words in the payload or the reason.
    pub text: Option<SoughtText>,
    /// At these positions.
    pub span: Span<Position>,
}

impl Default for EventFilter {
    fn default() -> Self {
        Self {
            stream: None,
            account: None,
            batch: None,
            bet: None,
            market: None,
            types: Vec::new(),
            who: None,
            road: None,
            source: None,
            correlation: None,
            causation: None,
            text: None,
            span: Span::<Position>::ALL,
        }
    }
}

/// A bet, by either of its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BetName {
    /// A bet of a batch.
    Pid(BetPid),
    /// A bet of the stream.
    Id(Uuid),
}

impl std::str::FromStr for BetName {
    type Err = UnknownBetName;

    fn from_str(text: &str) -> Result<Self, UnknownBetName> {
        let pid = text.parse().map(Self::Pid);
        pid.or_else(|_| Uuid::try_parse(text).map(Self::Id))
            .map_err(|_| UnknownBetName(text.to_owned()))
    }
}

/// The text names no bet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither the pid nor the id of a bet")]
pub struct UnknownBetName(pub String);

/// A message stream, or one message of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceName {
    /// The stream's name.
    pub stream: String,
    /// The message's sequence.
    pub sequence: Option<u64>,
}

/// `BETS` or `BETS/1234`.
impl std::str::FromStr for SourceName {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let message = text
            .rsplit_once('/')
            .and_then(|(stream, sequence)| Some((stream, sequence.parse().ok()?)));
        let (stream, sequence) = match message {
            Some((stream, sequence)) => (stream, Some(sequence)),
            None => (text, None),
        };
        Ok(Self {
            stream: stream.to_owned(),
            sequence,
        })
    }
}

/// What an event is correlated under: what it says, or its own id.
pub fn correlation_of(row: &EventRow) -> String {
    let metadata = serde_json::from_str::<Metadata>(&row.metadata).ok();
    metadata
        .and_then(|metadata| metadata.correlation)
        .unwrap_or_else(|| row.event_id.to_string())
}

impl EventFilter {
    /// Whether `row` is wanted. Slow and plain: what the index finds is checked by it.
    pub fn wants(&self, row: &EventRow) -> bool {
        self.span.holds(row.position)
            && self.wants_place(row)
            && self.wants_metadata(row)
            && self.wants_subjects(row)
    }

    fn wants_place(&self, row: &EventRow) -> bool {
        let stream = |wanted: &StreamName| wanted.to_string() == row.stream;
        let is_type = |wanted: &EventType| wanted.name() == row.event_type;
        self.stream.as_ref().is_none_or(stream)
            && self
                .batch
                .is_none_or(|batch| stream(&StreamName::Batch(batch)))
            && (self.types.is_empty() || self.types.iter().any(is_type))
    }

    fn wants_metadata(&self, row: &EventRow) -> bool {
        let Self {
            who,
            road,
            source,
            correlation,
            causation,
            text,
            ..
        } = self;
        let asks = who.is_some()
            || road.is_some()
            || source.is_some()
            || correlation.is_some()
            || causation.is_some()
            || text.is_some();
        if !asks {
            return true;
        }
        let metadata = serde_json::from_str::<Metadata>(&row.metadata).ok();
        let said = metadata.as_ref();
        let is_source = |wanted: &SourceName| {
            said.and_then(|said| said.source.as_ref())
                .is_some_and(|source| {
                    source.stream == wanted.stream
                        && wanted
                            .sequence
                            .is_none_or(|sequence| sequence == source.sequence)
                })
        };
        let is_correlation = |wanted: &String| match said.and_then(|said| said.correlation.as_ref())
        {
            Some(correlation) => correlation == wanted,
            None => row.event_id.to_string() == *wanted,
        };
        who.as_ref()
            .is_none_or(|who| said.is_some_and(|said| said.who == *who))
            && road.is_none_or(|road| said.is_some_and(|said| said.how == road))
            && source.as_ref().is_none_or(is_source)
            && correlation.as_ref().is_none_or(is_correlation)
            && causation
                .as_ref()
                .is_none_or(|cause| said.is_some_and(|said| said.causation.as_ref() == Some(cause)))
            && text.as_ref().is_none_or(|text| {
                let reason = said.and_then(|said| said.reason.as_deref());
                text.is_in(&row.data, reason)
            })
    }

    fn wants_subjects(&self, row: &EventRow) -> bool {
        if self.account.is_none() && self.bet.is_none() && self.market.is_none() {
            return true;
        }
        let Ok(RecordedEvent { event, .. }) = row.clone().decode() else {
            return false;
        };
        let (mut account, mut bet, mut market) = (
            self.account.is_none(),
            self.bet.is_none(),
            self.market.is_none(),
        );
        subjects(&event, &mut |subject| match subject {
            Subject::Account(about) => account |= self.account == Some(about),
            Subject::Pid(about) => bet |= self.bet == Some(BetName::Pid(about)),
            Subject::Bet(about) => bet |= self.bet == Some(BetName::Id(about)),
            Subject::Market(about) => market |= self.market.as_ref() == Some(about),
        });
        account && bet && market
    }
}
