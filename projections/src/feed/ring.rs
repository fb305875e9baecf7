//! The last frames, in order.

use std::{collections::VecDeque, sync::Arc};

use betstream_events::{
    envelope::{Position, RecordedEvent},
    store::LogIdentity,
};

use super::message::LiveMessage;

/// How many frames are kept; who is further behind reads from the log.
const FRAMES_KEPT: usize = 8_192;

/// A message as it goes to every client, written once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The event's position: the client's `id:`.
    pub position: Position,
    /// The message's name.
    pub event: &'static str,
    /// The message as JSON.
    pub data: Arc<str>,
}

impl Frame {
    /// The frame of an event; none for an event without a message.
    pub fn of(event: &RecordedEvent) -> Option<Self> {
        let message = LiveMessage::of(event)?;
        let data = match serde_json::to_string(&message) {
            Ok(data) => data.into(),
            Err(error) => {
                tracing::error!(position = event.position.0, %error, "an event could not be written as a live message");
                return None;
            }
        };
        Some(Self {
            position: event.position,
            event: message.name(),
            data,
        })
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
        Frame {
            position: Position(position),
            event: "account_created",
            data: "{}".into(),
        }
    }

    #[test]
    fn what_was_dropped_is_not_passed_over_in_silence() {
        let identity = LogIdentity {
            log: Uuid::nil(),
            epoch: 1,
            currency: Currency::USD,
        };
        let mut ring = Ring::starting_at(identity, Position(10));
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
