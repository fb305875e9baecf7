//! Dead letters: messages that could not be read, and what became of them.

use base64::{Engine, prelude::BASE64_STANDARD};
use betstream_events::{
    clock::Timestamp,
    dead_letter::{DeadLetterEvent, LetterState, RetryOutcome},
    envelope::RecordedEvent,
    event::Event,
    metadata::{Metadata, Road},
    store::{self, ListedLetter, NewDeadLetter},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A message that could not be read.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadLetter {
    /// Its id, ascending in the order of keeping.
    pub id: i64,
    /// Where it stands.
    pub state: DeadLetterState,
    /// When it was taken from the stream.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// The stream.
    pub stream: String,
    /// Its subject.
    pub subject: String,
    /// Its sequence in the stream.
    pub sequence: u64,
    /// The stable word for what was wrong.
    #[schema(example = "not_json")]
    pub reason: String,
    /// What was wrong, naming the field and the value.
    pub detail: String,
    /// How many of its bytes are kept.
    pub kept_bytes: usize,
    /// Whether it was longer than that, so that it can only be discarded.
    pub cut: bool,
    /// Its bytes as text where they are readable, at most 2,000 characters.
    pub text: String,
}

impl From<ListedLetter> for DeadLetter {
    fn from(listed: ListedLetter) -> Self {
        /// Longest text, in characters.
        const TEXT_CHARS: usize = 2_000;
        let ListedLetter {
            id,
            letter,
            kept_bytes,
            state,
        } = listed;
        let text = String::from_utf8_lossy(&letter.bytes);
        Self {
            id: id.get(),
            state: state.into(),
            received_at: letter.received_at,
            stream: letter.stream,
            subject: letter.subject,
            sequence: letter.sequence,
            reason: letter.reason,
            detail: letter.detail,
            kept_bytes,
            cut: kept_bytes >= NewDeadLetter::MAX_BYTES,
            text: text.chars().take(TEXT_CHARS).collect(),
        }
    }
}

/// A message that could not be read, with its bytes and its history.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadLetterDetails {
    /// The letter.
    #[serde(flatten)]
    pub letter: DeadLetter,
    /// Its bytes, in base64.
    pub bytes: String,
    /// What happened to it since, the latest last; at most the last 100 changes.
    pub history: Vec<DeadLetterChange>,
}

impl DeadLetterDetails {
    /// `letter` with everything that happened to it.
    pub fn new(letter: store::DeadLetter, events: &[RecordedEvent]) -> Self {
        /// Most changes that are shown.
        const CHANGES: usize = 100;
        let store::DeadLetter { id, mut letter } = letter;
        let last = events.last().and_then(change_of);
        let (bytes, kept_bytes) = (BASE64_STANDARD.encode(&letter.bytes), letter.bytes.len());
        letter.bytes.truncate(ListedLetter::HEAD_BYTES);
        let listed = ListedLetter {
            id,
            letter,
            kept_bytes,
            state: LetterState::after(last),
        };
        let latest = &events[events.len().saturating_sub(CHANGES)..];
        Self {
            letter: listed.into(),
            bytes,
            history: latest.iter().filter_map(DeadLetterChange::of).collect(),
        }
    }
}

fn change_of(recorded: &RecordedEvent) -> Option<&DeadLetterEvent> {
    match &recorded.event {
        Event::DeadLetter(event) => Some(event),
        _ => None,
    }
}

/// Something that happened to a dead letter.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadLetterChange {
    /// Where the log says so.
    pub log_position: i64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who did it.
    pub who: String,
    /// By which road.
    #[schema(value_type = Option<String>, example = "http")]
    pub how: Option<Road>,
    /// Why, in the operator's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What belongs together, named by the sender.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation: Option<String>,
    /// What it came to.
    #[serde(flatten)]
    pub result: DeadLetterResult,
}

impl DeadLetterChange {
    fn of(recorded: &RecordedEvent) -> Option<Self> {
        let result = DeadLetterResult::of(change_of(recorded)?);
        let metadata = serde_json::from_str::<Metadata>(&recorded.metadata).ok();
        let how = metadata.as_ref().map(|metadata| metadata.how);
        let (who, why, correlation) = metadata.map_or_else(Default::default, |metadata| {
            (metadata.who, metadata.reason, metadata.correlation)
        });
        Some(Self {
            log_position: recorded.position.0,
            at: recorded.occurred_at,
            who,
            how,
            why,
            correlation,
            result,
        })
    }
}

/// What a retry or a discard came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadLetterResult {
    /// The letter.
    pub id: i64,
    /// Where it stands now.
    pub state: DeadLetterState,
    /// What its bytes led to, when it was retried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<RetryWord>,
    /// The bet in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bet_id: Option<String>,
    /// Where the bet, or its refusal, is recorded in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bet_position: Option<i64>,
    /// The stable word for the rule that refuses it, or for what still cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What is wrong, naming the field and the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl DeadLetterResult {
    /// What `event` says.
    pub fn of(event: &DeadLetterEvent) -> Self {
        let state = LetterState::after(Some(event)).into();
        let (id, outcome) = match event {
            DeadLetterEvent::Retried {
                dead_letter_id,
                outcome,
            } => (dead_letter_id.get(), Some(outcome)),
            DeadLetterEvent::Discarded { dead_letter_id } => (dead_letter_id.get(), None),
        };
        let (bet_id, code, detail) = match outcome {
            Some(
                RetryOutcome::Recorded { bet_id, .. }
                | RetryOutcome::AlreadyRecorded { bet_id, .. },
            ) => (Some(bet_id), None, None),
            Some(RetryOutcome::Refused {
                bet_id,
                code,
                detail,
                ..
            }) => (Some(bet_id), Some(code), Some(detail)),
            Some(RetryOutcome::Unreadable { reason, detail }) => (None, Some(reason), Some(detail)),
            None => (None, None, None),
        };
        Self {
            id,
            state,
            outcome: outcome.map(RetryWord::from),
            bet_id: bet_id.map(ToString::to_string),
            bet_position: outcome
                .and_then(RetryOutcome::position)
                .map(|position| position.0),
            code: code.cloned(),
            detail: detail.cloned(),
        }
    }
}

/// What became of several dead letters, each by itself.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct DeadLettersReport {
    /// What was done.
    pub results: Vec<DeadLetterResult>,
    /// What was not.
    pub failures: Vec<DeadLetterFailure>,
}

/// Why nothing was done to a dead letter.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadLetterFailure {
    /// The letter.
    pub id: i64,
    /// The stable code of the problem.
    #[schema(value_type = String, example = "dead_letter_closed")]
    pub code: &'static str,
    /// What is wrong.
    pub detail: String,
}

/// Why something is done.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct Because {
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Where a dead letter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeadLetterState {
    /// It can be retried or discarded.
    Waiting,
    /// A retry could read it.
    Settled,
    /// It was given up.
    Discarded,
}

impl From<LetterState> for DeadLetterState {
    fn from(state: LetterState) -> Self {
        match state {
            LetterState::Waiting => Self::Waiting,
            LetterState::Settled => Self::Settled,
            LetterState::Discarded => Self::Discarded,
        }
    }
}

/// What the bytes of a dead letter led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RetryWord {
    /// A bet that is new in the log.
    Recorded,
    /// A bet that was in the log before.
    AlreadyRecorded,
    /// A bet that a rule refuses.
    Refused,
    /// Nothing: they still cannot be read.
    Unreadable,
}

impl From<&RetryOutcome> for RetryWord {
    fn from(outcome: &RetryOutcome) -> Self {
        match outcome {
            RetryOutcome::Recorded { .. } => Self::Recorded,
            RetryOutcome::AlreadyRecorded { .. } => Self::AlreadyRecorded,
            RetryOutcome::Refused { .. } => Self::Refused,
            RetryOutcome::Unreadable { .. } => Self::Unreadable,
        }
    }
}
