//! What a live client hears, whichever transport carries it.

use std::time::Duration;

/// What a live client hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// The stream goes on after this position.
    Begins(i64),
    /// The client's position was unknown; the stream goes on after this one.
    Resync(i64),
    /// The event at this position.
    Event(i64),
    /// Everything up to here was sent.
    UpTo(i64),
    /// When to come again, should the stream end.
    Retry(Duration),
    /// The server ends the stream for this reason.
    Closing(String),
    /// The stream has ended, though the connection may stand.
    End,
    /// Bytes that the server waits for.
    Answer(Vec<u8>),
}

/// Takes bytes as they come and adds what they say to `heard`.
pub(super) trait Hear {
    /// Takes the next bytes, which may end anywhere.
    ///
    /// # Errors
    /// When they are none of the transport's.
    fn hear(&mut self, bytes: &[u8], heard: &mut Vec<Heard>) -> anyhow::Result<()>;
}

/// What a message of this name and position says.
pub(super) fn message(name: &[u8], position: Option<i64>) -> Option<Heard> {
    let position = position?;
    Some(match name {
        b"hello" => Heard::Begins(position),
        b"resync" => Heard::Resync(position),
        b"ping" => Heard::UpTo(position),
        _ => Heard::Event(position),
    })
}

/// What the last message of a stream says.
pub(super) fn closing(json: &[u8], heard: &mut Vec<Heard>) {
    #[derive(serde::Deserialize)]
    struct Closing {
        reason: String,
        retry_ms: u64,
    }
    if let Ok(Closing { reason, retry_ms }) = serde_json::from_slice(json) {
        heard.push(Heard::Retry(Duration::from_millis(retry_ms)));
        heard.push(Heard::Closing(reason));
    }
}
