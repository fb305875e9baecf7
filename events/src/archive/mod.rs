//! Logs outside of a database: what is exported, imported, backed up and restored.
//!
//! An archive is text, one JSON object a line, each line of one kind that its first field names:
//!
//! | line | says |
//! |---|---|
//! | `{"log": …}` | the first: which log, under which format, and the position and hash at which it ends |
//! | `{"position": …}` | one event: the columns of its row, `data` and `metadata` as they are stored |
//! | `{"block": …}` | the seal over the events before it, since the last one |
//! | `{"letter": …}`, `{"answer": …}` | a dead letter, an answer under an idempotency key: in backups |
//! | `{"end": …}` | the last of a backup: counts, ids that were given, how many lines of each kind, and the BLAKE3 of all bytes before it |
//!
//! `data` and `metadata` stand in the line byte for byte. A text that would not survive that (it has
//! a line break, say) stands in `data_text` or `metadata_text` as a string. Hashes are hexadecimal,
//! other bytes base64, times RFC 3339 with microseconds. An export of a selection is event lines
//! alone, so is its CSV (RFC 4180): the columns of the row, in the order of the table.
//!
//! Reading order: [`line`] (the format), [`whole`] and [`backup`] (writing), [`selection`], [`read`].

pub mod backup;
pub mod line;
pub mod read;
pub mod selection;
pub mod whole;

/// A stretch of an archive, as bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// Whole lines.
    pub bytes: Vec<u8>,
    /// How many events they hold.
    pub events: u64,
    /// How many blocks.
    pub blocks: u64,
}

/// An archive could not be written.
#[derive(Clone, Debug, thiserror::Error)]
pub enum WriteError {
    /// The log is not what was sealed: what is written of it could not be taken in again.
    #[error("the log is damaged: {0}; `betstream audit verify` says what else is")]
    Damaged(crate::chain::BlockFault),
    /// Somebody emptied or replaced the log while it was read.
    #[error("the log was reset or restored while it was read: begin again")]
    Replaced,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
}
