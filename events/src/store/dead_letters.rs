//! Messages that could not be read, kept with their bytes and the reason.

use crate::clock::Timestamp;

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
}

/// A message that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its id, ascending in the order of keeping.
    pub id: i64,
    /// What was kept.
    pub letter: NewDeadLetter,
}
