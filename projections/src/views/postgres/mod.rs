//! The Postgres adapter: tables in the log's own database, committed without waiting for the disk.

mod connect;
mod grouped;
mod lease;
mod params;

use std::{sync::Arc, time::Instant};

use async_trait::async_trait;
use betstream_events::fault::{self, Point};
use betstream_telemetry::measures::{PoolLevels, stores};
use deadpool_postgres::{GenericClient, Object, Pool};
use futures::future::try_join_all;
use tokio::time::{error::Elapsed, timeout};
use tokio_postgres::{Error, types::ToSql};

use connect::{COMMIT_PATIENCE, READ_PATIENCE};
pub use lease::PostgresOwnership;

use super::{CommitError, Query, Rows, Statement, Value, ViewError, ViewStore, error::chain_of};

mod migrations {
    refinery::embed_migrations!("../schema/postgres/read_models");
}

/// Views in Postgres.
pub struct PostgresViews {
    pool: Pool,
}

impl PostgresViews {
    /// Connects, and makes the tables where they are missing.
    ///
    /// # Errors
    /// [`ViewError`] when the server does not answer, or the database cannot be used.
    pub async fn connect(url: &str) -> Result<Self, ViewError> {
        connect::migrate(url).await?;
        Ok(Self {
            pool: connect::pool(url)?,
        })
    }

    /// Views over a pool of the caller's.
    pub fn over(pool: Pool) -> Arc<Self> {
        Arc::new(Self { pool })
    }

    async fn client(&self) -> Result<Object, ViewError> {
        let began = Instant::now();
        let client = self.pool.get().await;
        stores::POOL_WAIT.of(["views"]).record(began.elapsed());
        client.map_err(|error| ViewError::Unavailable(chain_of(&error)))
    }

    async fn try_commit(
        &self,
        client: &mut Object,
        guard: &Statement,
        statements: &[Statement],
    ) -> Result<Result<(), CommitError>, Error> {
        let prepared_guard = client.prepare_cached(guard.sql).await?;
        let groups = grouped::group(statements);
        let mut prepared = Vec::with_capacity(groups.len());
        for group in &groups {
            prepared.push(client.prepare_cached(&group.text()).await?);
        }
        // Dropped anywhere below, the transaction is rolled back.
        let transaction = client.transaction().await?;
        let guard_params = borrow(guard.params.iter());
        let (_, rows) = futures::try_join!(
            transaction.batch_execute("SET LOCAL synchronous_commit = off"),
            transaction.execute(&prepared_guard, &guard_params),
        )?;
        if rows != 1 {
            transaction.rollback().await?;
            return Ok(Err(CommitError::NotOwner));
        }
        fault::pass(Point::InsideViewCommit);
        // All of them are on their way before the first answers.
        let executions = groups.iter().zip(&prepared).map(|(group, prepared)| {
            let transaction = &transaction;
            async move {
                transaction
                    .execute(prepared, &borrow(group.params.iter().copied()))
                    .await
            }
        });
        try_join_all(executions).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    async fn try_read(&self, client: &Object, queries: &[Query]) -> Result<Vec<Rows>, Error> {
        let mut prepared = Vec::with_capacity(queries.len());
        for query in queries {
            prepared.push(client.prepare_cached(query.sql).await?);
        }
        let answers = queries
            .iter()
            .zip(&prepared)
            .map(|(query, prepared)| async move {
                Ok::<_, Error>(params::rows(
                    client.query(prepared, &borrow(query.params.iter())).await?,
                    prepared.columns().len(),
                ))
            });
        if queries.len() == 1 {
            return try_join_all(answers).await;
        }
        // One round trip: the snapshot is taken, read and given up without waiting in between.
        let (_, answers, _) = futures::join!(
            client.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
            try_join_all(answers),
            client.batch_execute("COMMIT"),
        );
        answers
    }
}

fn borrow<'a>(params: impl Iterator<Item = &'a Value>) -> Vec<&'a (dyn ToSql + Sync)> {
    params.map(|param| param as &(dyn ToSql + Sync)).collect()
}

#[async_trait]
impl ViewStore for PostgresViews {
    async fn commit(
        &self,
        guard: Statement,
        statements: Vec<Statement>,
    ) -> Result<(), CommitError> {
        let mut client = self.client().await?;
        let committing = self.try_commit(&mut client, &guard, &statements);
        let committed = timeout(COMMIT_PATIENCE, committing).await;
        in_time(committed, client, "a commit")?.map_err(|error| classify(&error))?
    }

    async fn execute(&self, statement: Statement) -> Result<u64, CommitError> {
        let client = self.client().await?;
        let executing = async {
            let prepared = client.prepare_cached(statement.sql).await?;
            let params = borrow(statement.params.iter());
            client.execute(&prepared, &params).await
        };
        let executed = timeout(COMMIT_PATIENCE, executing).await;
        in_time(executed, client, "a statement")?.map_err(|error| classify(&error))
    }

    async fn read(&self, queries: Vec<Query>) -> Result<Vec<Rows>, ViewError> {
        let client = self.client().await?;
        let read = timeout(READ_PATIENCE, self.try_read(&client, &queries)).await;
        in_time(read, client, "a read")?.map_err(|error| ViewError::Unavailable(chain_of(&error)))
    }

    fn pool(&self) -> PoolLevels {
        let status = self.pool.status();
        PoolLevels {
            max: status.max_size,
            open: status.size,
            in_use: status.size.saturating_sub(status.available),
            waiting: status.waiting,
        }
    }
}

impl std::fmt::Debug for PostgresViews {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PostgresViews")
    }
}

/// What came in time. A connection that let us wait too long may still answer one day: nobody
/// shall wait behind that.
fn in_time<T>(answer: Result<T, Elapsed>, client: Object, what: &str) -> Result<T, ViewError> {
    answer.map_err(|_late| {
        drop(Object::take(client));
        ViewError::Unavailable(format!("{what} took too long"))
    })
}

/// What the server refuses for its content (classes 22, 23, 42) it will refuse again; all else
/// may pass.
fn classify(error: &Error) -> CommitError {
    let refused = error.code().is_some_and(|code| {
        ["22", "23", "42"]
            .iter()
            .any(|class| code.code().starts_with(class))
    });
    let reason = chain_of(error);
    if refused {
        CommitError::Rejected(reason)
    } else {
        CommitError::Unavailable(reason)
    }
}
