//! What the index knows of an event, and the rows in which it keeps that.
//!
//! Where few values occur (types, people, roads, sources), each has a row of its own in a segment.
//! Where each event may bring a new one (accounts, causes, bets, markets), the values of a segment
//! share sixteen rows as numbers of 48 bits; so a rare value costs no row, and one of sixteen rows is
//! read to find it. Words share a row by their first character.

use betstream_events::ids::{AccountId, GameId};
use uuid::Uuid;

/// Kinds with a row for each value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listed {
    /// The type of the event.
    Type,
    /// Who caused it.
    Who,
    /// The road it came by.
    Road,
    /// The message stream it was read from.
    Source,
    /// Whether it has more words than are kept.
    Wordy,
}

impl Listed {
    /// How many kinds there are.
    pub(super) const COUNT: usize = 5;

    /// The key of the row of `value`.
    pub(super) fn key(self, value: &str) -> String {
        let kind = match self {
            Self::Type => "type",
            Self::Who => "who",
            Self::Road => "road",
            Self::Source => "source",
            Self::Wordy => "wordy",
        };
        format!("{kind} {}", clipped(value))
    }
}

/// Kinds whose values share rows as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbered {
    /// An account that the event is about.
    Account,
    /// What the event is correlated with, or caused by.
    Cause,
    /// A bet of the stream that the event is about, unless it has the bet's own id.
    Bet,
    /// A market towards which a bet of a batch counts.
    Market,
}

impl Numbered {
    /// Every kind.
    pub(super) const ALL: [Self; 4] = [Self::Account, Self::Cause, Self::Bet, Self::Market];
    /// How many rows the values of one kind share.
    pub(super) const ROWS: usize = 16;

    /// The key of the row of `number`.
    pub(super) fn key(self, number: u64) -> String {
        self.row_key(row_of(number))
    }

    /// The key of one of the rows.
    pub(super) fn row_key(self, row: usize) -> String {
        let kind = match self {
            Self::Account => "account",
            Self::Cause => "cause",
            Self::Bet => "bet",
            Self::Market => "market",
        };
        format!("{kind} {row:x}")
    }
}

/// Which of the rows of its kind holds `number`.
pub(super) const fn row_of(number: u64) -> usize {
    (number % Numbered::ROWS as u64) as usize
}

/// The 48 bits that are kept of a number.
const KEPT: u64 = (1 << 48) - 1;

/// An account as a number: its own id.
pub(super) const fn of_account(account: AccountId) -> u64 {
    account.get().cast_unsigned() & KEPT
}

/// A bet as a number: the end of its id, where ids differ.
pub(super) fn of_bet(bet: Uuid) -> u64 {
    (bet.as_u128() & u128::from(KEPT)) as u64
}

/// A market as a number.
pub(super) fn of_market(market: &GameId) -> u64 {
    of_words(market.as_str())
}

/// A correlation or a causation as a number.
pub(super) fn of_words(text: &str) -> u64 {
    let hash = blake3::hash(text.as_bytes());
    hash.as_bytes()[..6]
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The key of the row of the words that begin as `word` does.
pub(super) fn of_word(word: &str) -> String {
    let first: String = word.chars().take(1).collect();
    format!("word {first}")
}

/// So much of a value stands in a key: a database's index takes no longer ones.
const CLIPPED_CHARS: usize = 120;

/// `value` as far as it stands in a key, without what a database's text cannot hold.
fn clipped(value: &str) -> String {
    let storable = |char| {
        if char == '\0' {
            char::REPLACEMENT_CHARACTER
        } else {
            char
        }
    };
    value.chars().take(CLIPPED_CHARS).map(storable).collect()
}
