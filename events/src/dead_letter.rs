//! What becomes of a dead letter: a message of the stream that could not be read, and was kept.

use std::{fmt, str::FromStr};

use uuid::Uuid;

use crate::{envelope::Position, ids::DeadLetterId};

/// A fact about one dead letter, in the stream `dead-letter-<id>`. Who did it and why stands beside
/// it, in the metadata; a letter is never discarded without a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeadLetterEvent {
    /// Its bytes were read once more.
    Retried {
        /// The letter.
        dead_letter_id: DeadLetterId,
        /// What they led to this time.
        outcome: RetryOutcome,
    },
    /// Somebody gave it up.
    Discarded {
        /// The letter.
        dead_letter_id: DeadLetterId,
    },
}

/// What the bytes of a dead letter led to when they were read once more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RetryOutcome {
    /// They are a bet that is new in the log.
    Recorded {
        /// The bet's own id.
        bet_id: Uuid,
        /// Where it is recorded.
        position: Position,
    },
    /// They are a bet that was in the log before, with the same terms.
    AlreadyRecorded {
        /// The bet's own id.
        bet_id: Uuid,
        /// Where it is recorded.
        position: Position,
    },
    /// They are a bet that a rule refuses.
    Refused {
        /// The bet's own id.
        bet_id: Uuid,
        /// The rule, as a stable word.
        code: String,
        /// What was wrong, naming the field and the value.
        detail: String,
        /// Where the refusal is recorded.
        position: Position,
    },
    /// They still cannot be read.
    Unreadable {
        /// The stable word for what is wrong.
        reason: String,
        /// What is wrong, naming the field and the value.
        detail: String,
    },
}

impl RetryOutcome {
    /// Where the bet, or its refusal, is recorded.
    pub const fn position(&self) -> Option<Position> {
        match self {
            Self::Recorded { position, .. }
            | Self::AlreadyRecorded { position, .. }
            | Self::Refused { position, .. } => Some(*position),
            Self::Unreadable { .. } => None,
        }
    }
}

impl fmt::Display for RetryOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Recorded { position, .. } => write!(f, "recorded at position {position}"),
            Self::AlreadyRecorded { position, .. } => {
                write!(f, "recorded before, at position {position}")
            }
            Self::Refused {
                code,
                detail,
                position,
                ..
            } => write!(f, "refused at position {position}, {code}: {detail}"),
            Self::Unreadable { reason, detail } => {
                write!(f, "still unreadable, {reason}: {detail}")
            }
        }
    }
}

/// Where a dead letter stands. It follows from the last event of its stream alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LetterState {
    /// It can be retried or discarded.
    Waiting,
    /// A retry could read it, so that it is accounted for as a bet.
    Settled,
    /// It was given up.
    Discarded,
}

impl LetterState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Settled, Self::Discarded];

    /// The state in which `last`, the last event of a letter's stream, leaves it.
    pub const fn after(last: Option<&DeadLetterEvent>) -> Self {
        match last {
            None
            | Some(DeadLetterEvent::Retried {
                outcome: RetryOutcome::Unreadable { .. },
                ..
            }) => Self::Waiting,
            Some(DeadLetterEvent::Retried { .. }) => Self::Settled,
            Some(DeadLetterEvent::Discarded { .. }) => Self::Discarded,
        }
    }

    /// Its word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Settled => "settled",
            Self::Discarded => "discarded",
        }
    }
}

impl FromStr for LetterState {
    type Err = UnknownLetterState;

    fn from_str(word: &str) -> Result<Self, UnknownLetterState> {
        let mut all = Self::ALL.into_iter();
        all.find(|state| state.word() == word)
            .ok_or_else(|| UnknownLetterState(word.to_owned()))
    }
}

/// The word names no state of a dead letter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no state of a dead letter (waiting, settled or discarded)")]
pub struct UnknownLetterState(pub String);
