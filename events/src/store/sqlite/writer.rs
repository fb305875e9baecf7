//! The one thread that writes.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread::{self, JoinHandle},
};

use parking_lot::RwLock;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::{fill::find_filling, ids::IdBlocks, memory::Memory, prepare, rows, sql};
use crate::{
    chain::{GENESIS, Hash},
    clock::{Clock, Timestamp},
    envelope::Position,
    store::{Head, StoreError, fill::half_filled},
};

/// Jobs that wait; whoever comes when so many do waits too.
const JOBS_WAITING: usize = 64;

/// What the writer thread works on.
pub(super) struct Writer {
    pub(super) connection: Connection,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) memory: Memory,
    pub(super) ids: Arc<IdBlocks>,
    /// Where the log ends; changed after each commit, read by everybody.
    pub(super) head: Arc<RwLock<Head>>,
    /// When the last commit was; time never runs back along the log.
    pub(super) last_recorded_at: Timestamp,
}

impl Writer {
    pub(super) fn new(
        connection: Connection,
        clock: Arc<dyn Clock>,
        ids: Arc<IdBlocks>,
    ) -> Result<Self, StoreError> {
        let (head, last_recorded_at) = find_head(&connection)?;
        let head = Arc::new(RwLock::new(head));
        Ok(Self {
            connection,
            clock,
            memory: Memory::default(),
            ids,
            head,
            last_recorded_at,
        })
    }

    pub(super) fn shared_head(&self) -> Arc<RwLock<Head>> {
        self.head.clone()
    }

    /// The time of a commit that is made now.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now().max(self.last_recorded_at)
    }

    /// Forgets what it remembers and looks where the log ends, after something went wrong.
    pub(super) fn recover(&mut self) {
        self.memory.clear();
        match find_head(&self.connection) {
            Ok((head, last_recorded_at)) => {
                *self.head.write() = head;
                self.last_recorded_at = self.last_recorded_at.max(last_recorded_at);
            }
            // Nothing was committed that is not known, and the next append looks again.
            Err(error) => tracing::warn!(%error, "the end of the log could not be looked up"),
        }
    }
}

/// Where any log ends, and when its last event was recorded.
pub(super) fn find_end(connection: &Connection) -> Result<(Position, Hash, Timestamp), StoreError> {
    let last = rows::find(connection, sql::FIND_LAST_EVENT, [], |row| {
        Ok((Position(row.get(0)?), Timestamp::from_micros(row.get(1)?)))
    })?;
    let block_hash =
        rows::find(connection, sql::FIND_LAST_BLOCK, [], |row| row.get(0))?.unwrap_or(GENESIS);
    let (position, recorded_at) = last.unwrap_or_default();
    Ok((position, block_hash, recorded_at))
}

/// Where a log that serves ends, and when its last event was recorded.
pub(super) fn find_head(connection: &Connection) -> Result<(Head, Timestamp), StoreError> {
    if let Some(filling) = find_filling(connection)? {
        return Err(half_filled("the log", &filling.verb));
    }
    let identity = prepare::find_identity(connection)?.ok_or_else(|| {
        StoreError::Unusable("the log has no identity; restore the file from a backup".to_owned())
    })?;
    let (position, block_hash, recorded_at) = find_end(connection)?;
    Ok((
        Head {
            identity,
            position,
            block_hash,
        },
        recorded_at,
    ))
}

type Job = Box<dyn FnOnce(&mut Writer) + Send>;

/// The running thread. Dropping it finishes the jobs that wait, then closes the file.
#[derive(Debug)]
pub(super) struct WriterThread {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl WriterThread {
    pub(super) fn start(writer: Writer) -> Result<Self, StoreError> {
        let (jobs, waiting) = mpsc::channel(JOBS_WAITING);
        let thread = thread::Builder::new()
            .name("sqlite-log".to_owned())
            .spawn(move || work(writer, waiting));
        let thread = thread.map_err(|error| StoreError::unavailable(&error))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Runs `job` on the writer thread, after those that wait.
    ///
    /// # Errors
    /// The job's own; [`StoreError::OutcomeUnknown`] when it gave no answer.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Writer) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |writer| {
            let _asker_is_gone = answer.send(job(writer));
        });
        let stopped = || StoreError::Unavailable {
            reason: "the writer has stopped".to_owned(),
        };
        let jobs = self.jobs.as_ref().ok_or_else(stopped)?;
        jobs.send(job).await.map_err(|_| stopped())?;
        let lost = || StoreError::OutcomeUnknown {
            reason: "the writer gave no answer".to_owned(),
        };
        answered.await.unwrap_or_else(|_| Err(lost()))
    }
}

impl Drop for WriterThread {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the writer of the log panicked while it closed the file");
        }
    }
}

fn work(mut writer: Writer, mut waiting: mpsc::Receiver<Job>) {
    while let Some(job) = waiting.blocking_recv() {
        if catch_unwind(AssertUnwindSafe(|| job(&mut writer))).is_err() {
            tracing::error!("a job of the log's writer panicked; its transaction is rolled back");
            writer.recover();
        }
    }
    if let Err(error) = writer.ids.give_back(&writer.connection) {
        tracing::warn!(%error, "reserved ids were not given back; they stay unused");
    }
}
