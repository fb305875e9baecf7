//! Appending: one lane, one connection, one transaction a chunk.
//!
//! [`lane`] hands a chunk to the [`worker`]: take the lock and look up what the chunk refers to
//! ([`find`], with what [`cache`] still knows), plan, write ([`mod@write`], rows by [`encode`], the rest
//! by [`beside`]), commit. While it waits for the lock, [`holder`] watches who has it. When the answer
//! of the commit is lost, [`outcome`] looks it up on a new [`session`], holding the lock.

mod beside;
mod cache;
mod deadline;
mod encode;
mod find;
mod holder;
mod lane;
mod outcome;
mod session;
mod worker;
mod write;

use async_trait::async_trait;

pub(super) use deadline::Deadline;
pub(super) use encode::pieces;
pub(super) use lane::AppendLane;
pub(super) use session::LOG_LOCK;
pub(super) use worker::other_currency;

use super::PostgresStore;
use crate::store::{AppendEvents, AppendRequest, ChunkOutcome, NewDeadLetter, StoreError};

#[async_trait]
impl AppendEvents for PostgresStore {
    async fn append(&self, chunk: Vec<AppendRequest>) -> Result<ChunkOutcome, StoreError> {
        self.mode.appends.append(chunk).await
    }

    async fn keep_dead_letters(&self, letters: Vec<NewDeadLetter>) -> Result<(), StoreError> {
        self.mode.letters.keep_dead_letters(letters).await
    }
}
