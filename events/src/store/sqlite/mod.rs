//! The SQLite adapter: the embedded store, one file and one process that writes it.
//!
//! One thread writes ([`writer`]); what it decides in [`append`] rests on what it remembers
//! ([`memory`]), which is exact because a lock file ([`lock`]) keeps every other writer out. Reads
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
mod fill;
mod follow;
mod read_kept;
mod read_log;
mod read_stream;

#[cfg(test)]
mod tests;

use std::{path::Path, sync::Arc};

use parking_lot::RwLock;

pub use fill::SqliteFill;

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

/// A log in one SQLite file; `M` says what this process may do with it.
pub struct SqliteLog<M> {
    clock: Arc<dyn Clock>,
    /// Where the log ends, when nobody but this process moves it.
    known_head: Option<Arc<RwLock<Head>>>,
    // In the order in which they are closed: readers, then what the mode holds.
    readers: Arc<Readers>,
    mode: M,
}

/// Served by this process alone.
pub type SqliteStore = SqliteLog<Serving>;

/// Read beside whoever serves it.
pub type SqliteReader = SqliteLog<Reading>;

/// What serving takes, in the order in which it is closed: the writer, and last the lock.
pub struct Serving {
    ids: Arc<IdBlocks>,
    writer: WriterThread,
    _lock: FileLock,
}

/// Reading takes nothing but the file.
pub struct Reading;

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
        let known_head = Some(writer.shared_head());
        let mode = Serving {
            ids,
            writer: WriterThread::start(writer)?,
            _lock: lock,
        };
        let readers = Arc::new(Readers::new(path));
        Ok(Self {
            clock,
            known_head,
            readers,
            mode,
        })
    }
}

impl SqliteReader {
    /// Opens the log in the file `path` to read it, whether a process serves it or not; the file
    /// stays as it is.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] when there is no file, or no log of a known schema in it;
    /// [`StoreError::Unavailable`] when it cannot be opened.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        if !path.exists() {
            return Err(StoreError::Unusable(format!(
                "{} does not exist: there is no log to read",
                path.display()
            )));
        }
        prepare::recognise_log(&connect::reader(path)?, path)?;
        Ok(Self {
            clock: Arc::new(SystemClock),
            known_head: None,
            readers: Arc::new(Readers::new(path)),
            mode: Reading,
        })
    }
}
