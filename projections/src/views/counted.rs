//! A view store whose failures are counted.

use async_trait::async_trait;
use betstream_telemetry::measures::{PoolLevels, stores};

use super::{CommitError, Query, Rows, Statement, ViewError, ViewStore};

/// Does what the store within does, and counts what went wrong.
pub(crate) struct Counted<S>(pub(crate) S);

#[async_trait]
impl<S: ViewStore> ViewStore for Counted<S> {
    async fn commit(
        &self,
        guard: Statement,
        statements: Vec<Statement>,
    ) -> Result<(), CommitError> {
        let committed = self.0.commit(guard, statements).await;
        committed.inspect_err(note_commit)
    }

    async fn execute(&self, statement: Statement) -> Result<u64, CommitError> {
        self.0.execute(statement).await.inspect_err(note_commit)
    }

    async fn read(&self, queries: Vec<Query>) -> Result<Vec<Rows>, ViewError> {
        self.0.read(queries).await.inspect_err(|error| {
            note(match error {
                ViewError::Unavailable(_) => "unavailable",
                ViewError::Unreadable(_) => "damaged",
                ViewError::Unusable(_) => "rejected",
            });
        })
    }

    fn pool(&self) -> PoolLevels {
        self.0.pool()
    }
}

/// That somebody else moved the checkpoint is no failure of the store.
fn note_commit(error: &CommitError) {
    match error {
        CommitError::NotOwner => {}
        CommitError::Rejected(_) => note("rejected"),
        CommitError::Unavailable(_) => note("unavailable"),
    }
}

fn note(kind: &str) {
    stores::FAILURES.of(["views", kind]).increment(1);
}
