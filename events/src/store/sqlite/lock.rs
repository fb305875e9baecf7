//! One process per file: a lock beside it says so.

use std::{
    ffi::OsString,
    fs::{File, OpenOptions},
    path::{Path, PathBuf},
};

use fs4::fs_std::FileExt;

use crate::store::StoreError;

/// The lock on `<file>.lock`, free again when this is dropped or the process ends in any way. The
/// file itself stays: removing it would let two processes lock two files of one name.
#[derive(Debug)]
pub(super) struct FileLock {
    _file: File,
}

impl FileLock {
    /// Takes the lock that belongs to the database file `path`.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] when somebody holds it; [`StoreError::Unavailable`] when the lock
    /// file cannot be made.
    pub(super) fn take(path: &Path) -> Result<Self, StoreError> {
        let beside = lock_path(path);
        let unavailable = |error: std::io::Error| StoreError::Unavailable {
            reason: format!("{}: {error}", beside.display()),
        };
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&beside)
            .map_err(unavailable)?;
        if FileExt::try_lock_exclusive(&file).map_err(unavailable)? {
            return Ok(Self { _file: file });
        }
        Err(StoreError::Unusable(format!(
            "{} is in use: another process serves this file; use its API or stop it",
            path.display()
        )))
    }
}

fn lock_path(path: &Path) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}
