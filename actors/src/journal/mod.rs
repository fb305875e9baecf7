//! The journal: gathers what all actors want appended while the previous commit is under way, and
//! commits it as one chunk.
//!
//! Two lanes lead to it. Commands of operators and programs go first; bets of the stream fill the
//! chunk up to a budget that adapts so that a chunk holds the log's lock for about
//! [`gather::LOCK_HELD_MS`], and an operator never waits behind more than one chunk of them.

mod commit;
mod gather;
mod place;

use betstream_events::{
    store::{AppendOutcome, AppendRequest, StoreError},
    tail::LogTail,
};
use betstream_telemetry::{measures::journal, traces::TraceParent};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

pub use commit::run;
use place::Place;

/// How many command requests may wait; beyond it, callers are told that it is too much.
const COMMANDS_WAITING: usize = 4_096;
/// How many groups of stream bets may wait; beyond it, their senders wait.
const GROUPS_WAITING: usize = 4_096;

/// Requests that are answered together.
#[derive(Debug)]
struct Group {
    requests: Vec<AppendRequest>,
    /// The spans that wait for them, while traces are recorded.
    origins: Vec<TraceParent>,
    place: Place,
    answer: oneshot::Sender<Result<Vec<AppendOutcome>, StoreError>>,
}

/// Which queue a group of requests waits in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Commands of operators and programs: first, and refused when too many wait.
    Commands,
    /// Bets of the stream: senders wait for room.
    Stream,
}

impl Lane {
    /// Its word in the metrics.
    const fn word(self) -> &'static str {
        match self {
            Self::Commands => "commands",
            Self::Stream => "stream",
        }
    }
}

/// Why a group was not settled.
#[derive(Debug)]
pub enum JournalError {
    /// Too many commands wait.
    Overloaded,
    /// The journal has stopped.
    Stopping,
    /// The store failed for the whole chunk.
    Store(StoreError),
}

/// The way to the journal; cheap to clone. The journal ends when the last one is dropped.
#[derive(Clone, Debug)]
pub struct Journal {
    commands: mpsc::Sender<Group>,
    stream: mpsc::Sender<Group>,
}

impl Journal {
    /// Starts the journal over `store`; what it commits is told to `tail`.
    pub fn start(
        store: std::sync::Arc<dyn betstream_events::store::AppendEvents>,
        tail: LogTail,
    ) -> (Self, JoinHandle<()>) {
        let (commands, command_queue) = mpsc::channel(COMMANDS_WAITING);
        let (stream, stream_queue) = mpsc::channel(GROUPS_WAITING);
        let task = tokio::spawn(run(
            store,
            tail,
            gather::Lanes::new(command_queue, stream_queue),
        ));
        (Self { commands, stream }, task)
    }

    /// Appends `requests` in one chunk, in order, and gives each its own outcome. The commit is told
    /// to the spans of `origins`.
    ///
    /// # Errors
    /// [`JournalError`] when the group as a whole was not settled.
    pub async fn append(
        &self,
        requests: Vec<AppendRequest>,
        lane: Lane,
        origins: Vec<TraceParent>,
    ) -> Result<Vec<AppendOutcome>, JournalError> {
        let (answer, outcomes) = oneshot::channel();
        let place = Place::of(lane, requests.len());
        let group = Group {
            requests,
            origins,
            place,
            answer,
        };
        match lane {
            Lane::Commands => self.commands.try_send(group).map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => {
                    journal::REFUSED.increment(1);
                    JournalError::Overloaded
                }
                mpsc::error::TrySendError::Closed(_) => JournalError::Stopping,
            })?,
            Lane::Stream => self
                .stream
                .send(group)
                .await
                .map_err(|_| JournalError::Stopping)?,
        }
        outcomes
            .await
            .map_err(|_| JournalError::Stopping)?
            .map_err(JournalError::Store)
    }
}
