//! The lane: takes one chunk after another through its transaction, on a thread of its own, so that
//! a caller who goes away leaves no transaction half done, and so that planning and encoding never
//! stop the caller's other work.

use std::{panic::AssertUnwindSafe, thread, time::Duration};

use futures::FutureExt;
use tokio::{
    sync::{mpsc, oneshot},
    time::sleep,
};
use tokio_postgres::Config;

use super::{Deadline, worker::Worker};
use crate::{
    money::Currency,
    store::{
        AppendRequest, ChunkOutcome, NewDeadLetter, StoreError, postgres::options::PostgresOptions,
    },
};

/// Chunks that may wait for the one under way. The journal sends one at a time and lane.
const MOST_WAITING: usize = 16;

/// Bytes of dead letters in one commit.
const LETTER_BYTES: usize = 8 << 20;

/// A piece of work with the place for its answer.
pub(super) enum Job {
    Append {
        chunk: Vec<AppendRequest>,
        deadline: Deadline,
        answer: Answer<ChunkOutcome>,
    },
    KeepDeadLetters {
        letters: Vec<NewDeadLetter>,
        deadline: Deadline,
        answer: Answer<()>,
    },
}

type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

/// Hands chunks to the worker.
pub(in crate::store::postgres) struct AppendLane {
    jobs: mpsc::Sender<Job>,
    options: PostgresOptions,
}

impl AppendLane {
    /// Starts the worker's thread; it ends when the lane is dropped and its last chunk is done.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the machine has no thread for it.
    pub(in crate::store::postgres) fn start(
        config: Config,
        options: PostgresOptions,
        currency: Currency,
    ) -> Result<Self, StoreError> {
        let (jobs, waiting) = mpsc::channel(MOST_WAITING);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| StoreError::unavailable(&error))?;
        let worker = Worker::new(config, options, currency);
        thread::Builder::new()
            .name("log-append".to_owned())
            .spawn(move || runtime.block_on(run(worker, waiting)))
            .map_err(|error| StoreError::unavailable(&error))?;
        Ok(Self { jobs, options })
    }

    pub(in crate::store::postgres) async fn append(
        &self,
        chunk: Vec<AppendRequest>,
    ) -> Result<ChunkOutcome, StoreError> {
        let deadline = Deadline::after(self.options.append_deadline);
        self.ask(deadline, |answer| Job::Append {
            chunk,
            deadline,
            answer,
        })
        .await
    }

    pub(in crate::store::postgres) async fn keep_dead_letters(
        &self,
        letters: Vec<NewDeadLetter>,
    ) -> Result<(), StoreError> {
        for letters in in_groups(letters) {
            let deadline = Deadline::after(self.options.append_deadline);
            self.ask(deadline, |answer| Job::KeepDeadLetters {
                letters,
                deadline,
                answer,
            })
            .await?;
        }
        Ok(())
    }

    async fn ask<T>(
        &self,
        deadline: Deadline,
        job: impl FnOnce(Answer<T>) -> Job,
    ) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        let gone = || StoreError::Unavailable {
            reason: "the thread that appends has ended".to_owned(),
        };
        deadline
            .bound("waiting for other appends", self.jobs.send(job(answer)))
            .await?
            .map_err(|_| gone())?;
        // The worker keeps the deadline; it always answers, unless it ended in the middle of its work.
        let ended = "the thread that appends ended in the middle of its work";
        answered.await.unwrap_or_else(|_| {
            Err(StoreError::OutcomeUnknown {
                reason: ended.to_owned(),
            })
        })
    }
}

async fn run(mut worker: Worker, mut jobs: mpsc::Receiver<Job>) {
    while let Some(job) = jobs.recv().await {
        // Who no longer waits for the answer finds the outcome in the log.
        match job {
            Job::Append {
                chunk,
                deadline,
                answer,
            } => {
                let appending = AssertUnwindSafe(worker.append(chunk, deadline))
                    .catch_unwind()
                    .await;
                drop(answer.send(appending.unwrap_or_else(|_| Err(worker.start_over()))));
            }
            Job::KeepDeadLetters {
                letters,
                deadline,
                answer,
            } => {
                let keeping = AssertUnwindSafe(worker.keep_dead_letters(&letters, deadline))
                    .catch_unwind()
                    .await;
                drop(answer.send(keeping.unwrap_or_else(|_| Err(worker.start_over()))));
            }
        }
    }
}

/// Cuts `letters` so that no commit holds more than about [`LETTER_BYTES`].
fn in_groups(letters: Vec<NewDeadLetter>) -> Vec<Vec<NewDeadLetter>> {
    let mut groups = Vec::new();
    let mut room = 0;
    for letter in letters {
        if room < letter.bytes.len() || groups.is_empty() {
            groups.push(Vec::new());
            room = LETTER_BYTES;
        }
        room = room.saturating_sub(letter.bytes.len());
        if let Some(group) = groups.last_mut() {
            group.push(letter);
        }
    }
    groups
}

/// Waits between two attempts: longer each time, up to half a second.
pub(super) async fn back_off(attempt: u32, deadline: Deadline) {
    let wait = Duration::from_millis(20) * 2_u32.pow(attempt.min(5));
    sleep(
        wait.min(Duration::from_millis(500))
            .min(deadline.remaining()),
    )
    .await;
}
