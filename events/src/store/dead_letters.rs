//! Messages that could not be read, kept with their bytes and the reason.

use crate::{clock::Timestamp, dead_letter::LetterState, ids::DeadLetterId};

/// A message to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDeadLetter {
    /// The stream it came from.
    pub stream: String,
    /// Its sequence in that stream.
    pub sequence: u64,
    /// Its subject.
    pub subject: String,
    /// Its bytes, whole or cut to [`NewDeadLetter::MAX_BYTES`].
    pub bytes: Vec<u8>,
    /// The stable word for what was wrong (`not_json`, `missing_field`, …).
    pub reason: String,
    /// What was wrong, naming the field and the value.
    pub detail: String,
    /// When it was taken from the stream.
    pub received_at: Timestamp,
}

impl NewDeadLetter {
    /// How much of a message is kept: 1 MiB, what a NATS server takes by default.
    pub const MAX_BYTES: usize = 1 << 20;

    /// Whether the message may have been longer than what is kept of it. One of exactly that length
    /// counts as cut too: it is no bet either way.
    pub const fn is_cut(&self) -> bool {
        self.bytes.len() >= Self::MAX_BYTES
    }
}

/// A message that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its id, ascending in the order of keeping.
    pub id: DeadLetterId,
    /// What was kept.
    pub letter: NewDeadLetter,
}

/// A message that is kept, as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedLetter {
    /// Its id.
    pub id: DeadLetterId,
    /// What was kept; of its bytes only the first [`ListedLetter::HEAD_BYTES`].
    pub letter: NewDeadLetter,
    /// How many bytes are kept.
    pub kept_bytes: usize,
    /// Where it stands.
    pub state: LetterState,
}

impl ListedLetter {
    /// How much of a message a list gives: 2,000 characters, of four bytes at most.
    pub const HEAD_BYTES: usize = 8_000;
}

/// Which dead letters are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterQuery {
    /// Only those in this state.
    pub state: Option<LetterState>,
    /// Only those that could not be read for this reason.
    pub reason: Option<String>,
    /// Only those with a smaller id.
    pub before: Option<DeadLetterId>,
    /// At most so many.
    pub limit: usize,
}

impl LetterQuery {
    /// The newest `limit` letters.
    pub const fn newest(limit: usize) -> Self {
        Self {
            state: None,
            reason: None,
            before: None,
            limit,
        }
    }
}
