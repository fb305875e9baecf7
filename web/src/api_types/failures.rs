//! What went wrong, for people.

use base64::{Engine, prelude::BASE64_STANDARD};
use betstream_events::{clock::Timestamp, store};
use serde::Serialize;
use utoipa::ToSchema;

/// What became of the messages of the stream.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outcomes {
    /// All that were taken from the stream.
    pub received: i64,
    /// New in the log.
    pub recorded: i64,
    /// In the log before.
    pub already_recorded: i64,
    /// Refused by a rule, with an event that says so.
    pub refused: i64,
    /// Unreadable, kept with their bytes.
    pub dead_letters: i64,
    /// Dropped by the broker before anybody took them.
    pub lost_by_broker: i64,
}

/// A message that could not be read.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadLetter {
    /// Its id, ascending in the order of keeping.
    pub id: i64,
    /// When it was taken from the stream.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// Its subject.
    pub subject: String,
    /// Its sequence in the stream.
    pub sequence: u64,
    /// The stable word for what was wrong.
    #[schema(example = "not_json")]
    pub reason: String,
    /// What was wrong, naming the field and the value.
    pub detail: String,
    /// Its bytes, in base64.
    pub bytes: String,
    /// Its bytes as text where they are readable, at most 2,000 characters.
    pub text: String,
}

impl From<store::DeadLetter> for DeadLetter {
    fn from(store::DeadLetter { id, letter }: store::DeadLetter) -> Self {
        /// Longest text, in characters.
        const TEXT_CHARS: usize = 2_000;
        Self {
            id,
            received_at: letter.received_at,
            subject: letter.subject,
            sequence: letter.sequence,
            reason: letter.reason,
            detail: letter.detail,
            bytes: BASE64_STANDARD.encode(&letter.bytes),
            text: String::from_utf8_lossy(&letter.bytes)
                .chars()
                .take(TEXT_CHARS)
                .collect(),
        }
    }
}
