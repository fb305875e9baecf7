//! The live end of the log in memory: what this process commits is handed to its own followers
//! without being read back.

use std::sync::Arc;

use tokio::sync::broadcast;

use crate::envelope::{Position, RecordedEvent};

/// How many chunks a slow follower may lag before it must read from the log instead.
const CHUNKS_KEPT: usize = 64;

/// The events of one commit, dense and in order, never empty.
#[derive(Debug)]
pub struct CommittedChunk {
    /// The events.
    pub events: Vec<RecordedEvent>,
}

impl CommittedChunk {
    /// Position of its first event.
    pub fn first(&self) -> Position {
        self.events
            .first()
            .map_or(Position::START, |event| event.position)
    }

    /// Position of its last event.
    pub fn last(&self) -> Position {
        self.events
            .last()
            .map_or(Position::START, |event| event.position)
    }
}

/// What a follower hears.
#[derive(Clone, Debug)]
pub enum TailSignal {
    /// This process committed these events.
    Committed(Arc<CommittedChunk>),
    /// Something was committed, here or by another process: look into the log.
    Nudge,
}

/// The live end of the log; cheap to clone.
#[derive(Clone, Debug)]
pub struct LogTail {
    signals: broadcast::Sender<TailSignal>,
}

impl Default for LogTail {
    fn default() -> Self {
        Self {
            signals: broadcast::channel(CHUNKS_KEPT).0,
        }
    }
}

impl LogTail {
    /// Tells every follower; without any it is forgotten, for the log has it.
    pub fn publish(&self, signal: TailSignal) {
        let _nobody_listens = self.signals.send(signal);
    }

    /// Hears every signal from now on. A follower that lags gets
    /// [`broadcast::error::RecvError::Lagged`] and must read from the log.
    pub fn subscribe(&self) -> broadcast::Receiver<TailSignal> {
        self.signals.subscribe()
    }
}
