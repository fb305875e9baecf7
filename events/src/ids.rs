//! The registry of ids: every id of the system is a type of its own, and this file lists them all.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The largest integer id: 2^53 − 1, the largest whole number that every JSON reader keeps exact.
pub const MAX_INTEGER_ID: i64 = (1 << 53) - 1;

macro_rules! integer_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// The id with this number.
            pub const fn new(number: i64) -> Self {
                Self(number)
            }

            /// The number itself.
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

integer_id!(
    /// A bookmaker or trading account. Given by the log's own sequence, never reused.
    AccountId
);
integer_id!(
    /// A batch of bets. Given by the log's own sequence, never reused.
    BatchId
);
integer_id!(
    /// A bet's own id, unique in the whole log (`pid` on the wire).
    BetPid
);
integer_id!(
    /// A message of the stream that could not be read. Given by the table that keeps it, ascending.
    DeadLetterId
);

/// Which sequence an integer id comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IdKind {
    /// [`AccountId`].
    Account,
    /// [`BatchId`].
    Batch,
    /// [`BetPid`].
    Bet,
}

impl IdKind {
    /// Every kind, in the order of their rows.
    pub const ALL: [Self; 3] = [Self::Account, Self::Batch, Self::Bet];

    /// The sequence's name in both databases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Batch => "batch",
            Self::Bet => "bet",
        }
    }
}

/// A game (a market): 1 to [`GameId::MAX_CHARS`] characters without NUL, given by the bet stream.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GameId(Arc<str>);

impl GameId {
    /// Longest game id, in characters.
    pub const MAX_CHARS: usize = 200;

    /// Takes `text` as a game id.
    ///
    /// # Errors
    /// [`GameIdError`] when it is empty, too long or holds a NUL.
    pub fn parse(text: &str) -> Result<Self, GameIdError> {
        if text.is_empty() {
            return Err(GameIdError::Empty);
        }
        if text.len() > Self::MAX_CHARS && text.chars().count() > Self::MAX_CHARS {
            return Err(GameIdError::TooLong {
                chars: text.chars().count(),
            });
        }
        if text.contains('\0') {
            return Err(GameIdError::Nul);
        }
        Ok(Self(text.into()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GameId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is no game id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GameIdError {
    /// No characters at all.
    #[error("game_id is empty")]
    Empty,
    /// More than [`GameId::MAX_CHARS`] characters.
    #[error("game_id has {chars} characters, at most 200 are allowed")]
    TooLong {
        /// Its length in characters.
        chars: usize,
    },
    /// A NUL character, which no database text can hold.
    #[error("game_id holds a NUL character")]
    Nul,
}

/// A projection, by the name that it has in tables and on the command line: lower-case letters and
/// hyphens, at most [`ProjectionId::MAX_CHARS`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProjectionId(Arc<str>);

impl ProjectionId {
    /// Longest name, in characters.
    pub const MAX_CHARS: usize = 40;

    /// Takes `text` as the name of a projection.
    ///
    /// # Errors
    /// [`ProjectionIdError`] when it cannot be one.
    pub fn parse(text: &str) -> Result<Self, ProjectionIdError> {
        let fits = (1..=Self::MAX_CHARS).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        if fits {
            Ok(Self(text.into()))
        } else {
            Err(ProjectionIdError(text.chars().take(80).collect()))
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProjectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text cannot be the name of a projection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no name of a projection")]
pub struct ProjectionIdError(pub String);

/// The id of one event. For a bet that came over the stream it is the bet's own id, so that the
/// same bet is stored once, by whichever road and however often it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(Uuid);

/// Namespace of all name-based ids of this project (a random UUID, fixed for ever).
const NAMESPACE: Uuid = Uuid::from_u128(0x6b1f_0c1e_9a55_4c0e_8d63_2f0e_5f1b_77a4);

impl EventId {
    /// An event under exactly this id.
    pub const fn new(id: Uuid) -> Self {
        Self(id)
    }

    /// An id that follows from `name` alone (UUIDv5): the same name gives the same id for ever.
    pub fn derived(name: &str) -> Self {
        Self(Uuid::new_v5(&NAMESPACE, name.as_bytes()))
    }

    /// The UUID itself.
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Makes ids for new events. Injected, so that tests are repeatable.
pub trait EventIds: Send + Sync + 'static {
    /// A fresh id.
    fn next(&self) -> EventId;
}

/// Time-ordered random ids (UUIDv7), which keep the index of event ids local.
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomEventIds;

impl EventIds for RandomEventIds {
    fn next(&self) -> EventId {
        EventId(Uuid::now_v7())
    }
}

/// A fresh time-ordered id for something that is no event: a log, a probe, a run.
pub fn fresh_id() -> Uuid {
    Uuid::now_v7()
}
