//! The SQLite adapter: the embedded store, one file and one process.
//!
//! One thread writes ([`writer`]); what it decides in [`append`] rests on what it remembers
//! ([`memory`]), which is exact because a lock file ([`lock`]) keeps every other process out. Reads
//! go over a small pool of connections ([`readers`]): a point read costs about as much as handing
//! it to another thread would, so it runs where it is asked for; a long read does not.
//!
//! Invariants
//! - Nobody but the writer thread writes, and it answers after the commit has reached the disk.
//! - What the writer remembers changes only after a commit.
//! - Ids are handed out only from blocks whose reservation is committed.

mod append;
mod connect;
mod error;
mod ids;
mod lock;
mod memory;
mod prepare;
mod readers;
mod reset;
mod rows;
mod sql;
mod writer;

mod administer;
mod follow;
mod read_log;
mod read_stream;

#[cfg(test)]
mod tests;

use std::{path::Path, sync::Arc};

use parking_lot::RwLock;

use self::{
    ids::IdBlocks,
    lock::FileLock,
    readers::Readers,
    writer::{Writer, WriterThread},
};
use super::{Head, StoreError};
use crate::{
    clock::{Clock, SystemClock},
    money::Currency,
};

/// A log kept in one SQLite file, served by this process alone.
pub struct SqliteStore {
    clock: Arc<dyn Clock>,
    head: Arc<RwLock<Head>>,
    ids: Arc<IdBlocks>,
    // In the order in which they are closed: readers, then the writer, and last the lock.
    readers: Arc<Readers>,
    writer: WriterThread,
    _lock: FileLock,
}

impl SqliteStore {
    /// Opens the log in the file `path`; makes it, and the folders above it, if there is none.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] when another process serves the file, when it is another
    /// product's, of a newer schema, damaged, or holds a log in another currency;
    /// [`StoreError::Unavailable`] when it cannot be opened or written.
    pub fn open(path: &Path, currency: Currency) -> Result<Self, StoreError> {
        Self::open_with_clock(path, currency, Arc::new(SystemClock))
    }

    /// As [`Self::open`], with times from `clock`.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_with_clock(
        path: &Path,
        currency: Currency,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StoreError> {
        connect::make_folder(path)?;
        let lock = FileLock::take(path)?;
        let mut connection = connect::writer(path)?;
        prepare::prepare(&mut connection, path, currency)?;
        let ids = Arc::new(IdBlocks::default());
        let writer = Writer::new(connection, clock.clone(), ids.clone())?;
        let head = writer.shared_head();
        let writer = WriterThread::start(writer)?;
        let readers = Arc::new(Readers::new(path));
        Ok(Self {
            clock,
            head,
            ids,
            readers,
            writer,
            _lock: lock,
        })
    }
}
