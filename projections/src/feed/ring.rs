//! The last frames, in order.

use std::collections::VecDeque;

use betstream_events::{
    envelope::{Position, RecordedEvent},
    store::LogIdentity,
};
use bytes::Bytes;
use bytestring::ByteString;

use super::message::LiveMessage;

/// How many frames are kept; who is further behind reads from the log.
const FRAMES_KEPT: usize = 8_192;

/// A message as it goes to every client, written once: whoever clones it shares its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The event's position: the client's `id:`.
    pub position: Position,
    /// The message's name.
    pub event: &'static str,
    /// The message as a block of an event stream, whose data is `json`.
    block: ByteString,
    json: ByteString,
}

impl Frame {
    /// The frame of an event; none for an event without a message.
    pub fn of(event: &RecordedEvent) -> Option<Self> {
        let message = LiveMessage::of(event)?;
        match serde_json::to_string(&message) {
            Ok(json) => Some(Self::new(event.position, message.name(), &json)),
            Err(error) => {
                tracing::error!(position = event.position.0, %error, "an event could not be written as a live message");
                None
            }
        }
    }

    /// The frame of a message that is an object in JSON; its position goes before the other members.
    fn new(position: Position, event: &'static str, json: &str) -> Self {
        let members = json.trim_start_matches('{');
        let head = format!("event: {event}\nid: {position}\ndata: ");
        let block = format!("{head}{{\"position\":{position},{members}\n\n");
        let block = ByteString::from(block);
        let json = block.slice_ref(block[head.len()..].trim_end());
        Self {
            position,
            event,
            block,
            json,
        }
    }

    /// The message as JSON, its position first.
    pub fn json(&self) -> ByteString {
        self.json.clone()
    }

    /// The message as a block of an event stream: name, position and JSON.
    pub fn event_block(&self) -> Bytes {
        self.block.as_bytes().clone()
    }
}

/// The last frames of one log and epoch.
#[derive(Debug)]
pub(super) struct Ring {
    /// Which log.
    pub(super) identity: LogIdentity,
    /// Everything after this position and up to `up_to` that has a frame is here.
    pub(super) complete_after: Position,
    /// Everything up to here is known.
    pub(super) up_to: Position,
    frames: VecDeque<Frame>,
}

impl Ring {
    pub(super) const fn starting_at(identity: LogIdentity, head: Position) -> Self {
        Self {
            identity,
            complete_after: head,
            up_to: head,
            frames: VecDeque::new(),
        }
    }

    /// The newest position that has a frame here.
    pub(super) fn newest(&self) -> Position {
        self.frames
            .back()
            .map_or(self.complete_after, |frame| frame.position)
    }

    pub(super) fn extend(&mut self, frames: Vec<Frame>, up_to: Position) {
        self.frames.extend(frames);
        self.up_to = self.up_to.max(up_to);
        while self.frames.len() > FRAMES_KEPT {
            if let Some(dropped) = self.frames.pop_front() {
                self.complete_after = dropped.position;
            }
        }
    }

    /// Adds what came after `after` and before everything that is here. Nothing when the ring is
    /// another one by now.
    pub(super) fn remember(&mut self, identity: LogIdentity, after: Position, older: Vec<Frame>) {
        let joins = older
            .last()
            .is_none_or(|last| last.position <= self.complete_after);
        if self.identity != identity || after > self.complete_after || !joins {
            return;
        }
        self.complete_after = after;
        let newer = std::mem::replace(&mut self.frames, older.into());
        self.extend(newer.into(), self.up_to);
    }

    /// At most `max` frames after `after`; none when some of them are not here any more.
    pub(super) fn after(&self, after: Position, max: usize) -> Option<Vec<Frame>> {
        if after < self.complete_after {
            return None;
        }
        let first = self.frames.partition_point(|frame| frame.position <= after);
        Some(self.frames.range(first..).take(max).cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use betstream_events::money::Currency;
    use uuid::Uuid;

    use super::*;

    fn frame(position: i64) -> Frame {
        Frame::new(
            Position(position),
            "account_created",
            r#"{"type":"account_created"}"#,
        )
    }

    fn identity() -> LogIdentity {
        LogIdentity {
            log: Uuid::nil(),
            epoch: 1,
            currency: Currency::USD,
        }
    }

    #[test]
    fn a_message_is_written_once_for_both_transports() {
        let frame = frame(7);
        let json = r#"{"position":7,"type":"account_created"}"#;
        assert_eq!(frame.json(), json);
        let block = format!("event: account_created\nid: 7\ndata: {json}\n\n");
        assert_eq!(frame.event_block(), block);
        let within = frame.event_block().as_ptr_range();
        assert!(within.contains(&frame.json().as_ptr()), "no second copy");
    }

    #[test]
    fn what_came_before_is_remembered_up_to_where_the_ring_begins() {
        let identity = identity();
        let mut ring = Ring::starting_at(identity, Position(10));
        ring.extend(vec![frame(12)], Position(15));
        ring.remember(identity, Position(3), vec![frame(4), frame(9)]);
        let all = vec![frame(4), frame(9), frame(12)];
        assert_eq!(ring.after(Position(3), 9), Some(all));
        assert_eq!(ring.after(Position(2), 9), None);
        assert_eq!(ring.up_to, Position(15));
        let many = (20..20 + FRAMES_KEPT as i64).map(frame).collect();
        let mut ring = Ring::starting_at(identity, Position(99_999));
        ring.extend(vec![frame(100_000)], Position(100_000));
        ring.remember(identity, Position(0), many);
        assert_eq!(ring.complete_after, Position(20));
        let other = LogIdentity {
            epoch: 2,
            ..identity
        };
        ring.remember(other, Position(0), vec![frame(1)]);
        assert_eq!(ring.complete_after, Position(20), "another log's");
    }

    #[test]
    fn what_was_dropped_is_not_passed_over_in_silence() {
        let mut ring = Ring::starting_at(identity(), Position(10));
        assert_eq!(ring.after(Position(9), 5), None);
        assert_eq!(ring.after(Position(10), 5), Some(vec![]));
        let last = 20 + FRAMES_KEPT as i64;
        ring.extend((20..=last).map(frame).collect(), Position(last + 7));
        assert_eq!(ring.complete_after, Position(20));
        assert_eq!(ring.after(Position(19), 5), None);
        assert_eq!(
            ring.after(Position(20), 2),
            Some(vec![frame(21), frame(22)])
        );
        assert_eq!(ring.after(Position(last), 2), Some(vec![]));
        assert_eq!(
            (ring.newest(), ring.up_to),
            (Position(last), Position(last + 7))
        );
    }
}
