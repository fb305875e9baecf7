//! Dead letters: a message that cannot be read is kept with its bytes and the reason, and only
//! then taken off the stream.

use betstream_events::{clock::Timestamp, store::NewDeadLetter};

use crate::intake::Unreadable;

/// The dead letter for a message of `stream` that could not be read.
pub fn dead_letter(
    stream: &str,
    sequence: u64,
    subject: &str,
    bytes: &[u8],
    why: &Unreadable,
    now: Timestamp,
) -> NewDeadLetter {
    NewDeadLetter {
        stream: stream.to_owned(),
        sequence,
        subject: subject.to_owned(),
        bytes: bytes[..bytes.len().min(NewDeadLetter::MAX_BYTES)].to_vec(),
        reason: why.reason.to_owned(),
        detail: why.detail.clone(),
        received_at: now,
    }
}
