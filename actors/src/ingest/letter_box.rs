//! The letter box: dead letters that come within a moment are kept in one commit.
//!
//! A commit costs some milliseconds whatever is in it, and bets wait meanwhile: were each group's
//! few letters committed by themselves, one bad message in a hundred would cost a tenth of the
//! throughput.

use std::time::Duration;

use async_nats::jetstream::Message;
use betstream_events::{
    fault::{self, Point},
    store::NewDeadLetter,
};
use betstream_telemetry::measures::ingest;
use tokio::{
    sync::mpsc,
    task::JoinHandle,
    time::{Instant, timeout_at},
};

use super::{
    IngestDeps,
    acknowledge::{Disposition, acknowledgement},
    group::tell,
};

/// How long the first letter waits for others: far below the time after which its message is sent
/// again.
const GATHER: Duration = Duration::from_millis(200);
/// Bytes of letters from which no others are waited for.
const ENOUGH_BYTES: usize = 4 << 20;
/// Letters that may wait while others are kept; beyond it, their groups wait.
const MOST_WAITING: usize = 64;

type Letter = (NewDeadLetter, Message);

/// Where groups put what they cannot read; cheap to clone.
#[derive(Clone)]
pub(super) struct LetterBox {
    letters: mpsc::Sender<Letter>,
}

impl LetterBox {
    /// Opens it. The task ends once the last clone is dropped and everything is kept.
    pub(super) fn open(deps: &IngestDeps) -> (Self, JoinHandle<()>) {
        let (letters, waiting) = mpsc::channel(MOST_WAITING);
        let emptying = tokio::spawn(empty(deps.clone(), waiting));
        (Self { letters }, emptying)
    }

    /// Keeps `letter`, and then takes `message` off the stream.
    pub(super) async fn keep(&self, letter: NewDeadLetter, message: Message) {
        if self.letters.send((letter, message)).await.is_err() {
            tracing::error!("the letter box is closed; the message will come again");
        }
    }
}

async fn empty(deps: IngestDeps, mut waiting: mpsc::Receiver<Letter>) {
    while let Some(first) = waiting.recv().await {
        let (letters, messages) = gather(first, &mut waiting).await.into_iter().unzip();
        keep(&deps, letters, messages).await;
    }
}

async fn gather(first: Letter, waiting: &mut mpsc::Receiver<Letter>) -> Vec<Letter> {
    let until = Instant::now() + GATHER;
    let mut bytes = first.0.bytes.len();
    let mut gathered = vec![first];
    while bytes < ENOUGH_BYTES {
        let Ok(Some(letter)) = timeout_at(until, waiting.recv()).await else {
            break;
        };
        bytes += letter.0.bytes.len();
        gathered.push(letter);
    }
    gathered
}

async fn keep(deps: &IngestDeps, letters: Vec<NewDeadLetter>, messages: Vec<Message>) {
    let count = letters.len() as u64;
    fault::pass(Point::BeforeDeadLetters);
    let disposition = match deps.store.keep_dead_letters(letters).await {
        Ok(()) => {
            fault::pass(Point::AfterDeadLettersBeforeAck);
            ingest::DEAD_LETTERS.increment(count);
            Disposition::DeadLetter
        }
        Err(error) => {
            tracing::error!(%error, count, "dead letters are not kept; their messages will come again");
            Disposition::DeadLetterDeferred
        }
    };
    for message in &messages {
        tell(message, acknowledgement(&disposition)).await;
    }
}
