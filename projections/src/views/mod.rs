//! Where views are kept: one small port, two thin adapters, each statement written once for both.
//!
//! Statements use `$1, $2 …` in the order of their first appearance, integers and texts only;
//! instants are integer microseconds and money is integer minor units. Every table's first key
//! column is its `generation`, so that a view is rebuilt beside the running one without DDL.

mod counted;
mod error;
pub mod generations;
pub mod postgres;
mod rows;
pub mod sqlite;
mod statement;
#[cfg(test)]
mod tests;
mod url;

use async_trait::async_trait;
use betstream_telemetry::measures::PoolLevels;

pub(crate) use counted::Counted;
pub use error::{CommitError, ViewError};
pub use rows::{RowReader, Rows};
pub use statement::{Query, Statement, Value};
pub use url::ViewUrl;

/// Keeps views.
#[async_trait]
pub trait ViewStore: Send + Sync + 'static {
    /// Runs `guard` and then `statements` in one transaction. Without full durability: a view
    /// that lost its last second catches up by itself.
    ///
    /// # Errors
    /// [`CommitError::NotOwner`] when `guard` did not change exactly one row; then nothing else
    /// was done. [`CommitError::Rejected`] when the database will never take it,
    /// [`CommitError::Unavailable`] when it may later.
    async fn commit(&self, guard: Statement, statements: Vec<Statement>)
    -> Result<(), CommitError>;

    /// Runs one statement in a transaction of its own, and tells how many rows it changed.
    ///
    /// # Errors
    /// [`CommitError`], never [`CommitError::NotOwner`].
    async fn execute(&self, statement: Statement) -> Result<u64, CommitError>;

    /// Answers all `queries` from one snapshot, in their order.
    ///
    /// # Errors
    /// [`ViewError`] when the database does not answer.
    async fn read(&self, queries: Vec<Query>) -> Result<Vec<Rows>, ViewError>;

    /// How its connections for reads are used now; nothing of a store that has none.
    fn pool(&self) -> PoolLevels {
        PoolLevels::default()
    }
}

impl dyn ViewStore {
    /// Answers one query.
    ///
    /// # Errors
    /// [`ViewError`] when the database does not answer.
    pub async fn read_one(&self, query: Query) -> Result<Rows, ViewError> {
        Ok(self.read(vec![query]).await?.pop().unwrap_or_default())
    }
}
