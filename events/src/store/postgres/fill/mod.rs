//! Filling an empty database with the events of another log, a chunk a transaction under the lock
//! of the log.

mod rows;

use std::time::Duration;

use async_trait::async_trait;
use futures::{SinkExt, pin_mut};
use tokio::sync::Mutex;
use tokio_postgres::{Client, Row, error::SqlState};
use uuid::Uuid;

use super::{
    PostgresOptions,
    append::{Deadline, LOG_LOCK, pieces},
    config,
    connect::{Connection, connect},
    error::{refused, unavailable},
    migrate,
    read_stream::{ID_LOCK, sequence},
    rows::{end_of, get, hash, read_currency},
    sql,
};
use crate::{
    chain::Hash,
    envelope::Position,
    fault::{self, Point},
    store::{
        DeadLetter, Head, KeptAnswer, LogIdentity, StoreError,
        fill::{FillEnd, FillError, FillLog, FillSource, SealedRows},
        url::masked,
    },
};

/// Held by the process that fills, as long as its session lives (`betsfill` as a number).
const FILL_LOCK: i64 = 0x6265_7473_6669_6c6c;

/// How long the lock is waited for: the server needs a moment to notice that who held it was killed.
const LOCK_PATIENCE: Duration = Duration::from_secs(3);

/// How long one commit may take. It holds thousands of rows, and nobody waits behind it.
const COMMIT_PATIENCE: Duration = Duration::from_secs(120);

/// How long undoing one may take. What is not undone by then ends with the session.
const UNDO_PATIENCE: Duration = Duration::from_secs(5);

/// A database that is filled by this process alone.
pub struct PostgresFill {
    // Held while something is written: the rest of a transaction that was given up must not mix
    // with the next one.
    connection: Mutex<Connection>,
}

impl PostgresFill {
    /// Opens the database behind `url` to be filled.
    ///
    /// # Errors
    /// As [`super::PostgresStore::connect`], currencies apart; [`StoreError::Unusable`] when
    /// another process fills it.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let options = PostgresOptions::default();
        let config = config::parse(url, &options)?;
        migrate::migrate(url, &config, &options).await?;
        let settings = [("synchronous_commit", "on")];
        let config = config::with_settings(&config, settings);
        let connection = connect(&config, options.connect_timeout).await?;
        let millis = LOCK_PATIENCE.as_millis();
        let lock = format!(
            "SET lock_timeout = {millis}; SELECT pg_advisory_lock({FILL_LOCK}); SET lock_timeout = 0"
        );
        let locked = connection.client.batch_execute(&lock).await;
        locked.map_err(|error| match error.code() {
            Some(&SqlState::LOCK_NOT_AVAILABLE) => StoreError::Unusable(format!(
                "{} is being filled by another process: wait for it",
                masked(url)
            )),
            _ => unavailable(&error),
        })?;
        Ok(Self {
            connection: Mutex::new(connection),
        })
    }
}

/// Does `work` in one transaction under the lock of the log. What fails is rolled back.
async fn transact<T>(
    client: &Client,
    work: impl Future<Output = Result<T, FillError>>,
) -> Result<T, FillError> {
    let deadline = Deadline::after(COMMIT_PATIENCE);
    let writing = async {
        let begin = format!("BEGIN; SELECT pg_advisory_xact_lock({LOG_LOCK})");
        run(client, &begin).await?;
        let done = work.await?;
        run(client, "COMMIT").await?;
        Ok(done)
    };
    let written = match deadline.bound("a commit of the filling", writing).await {
        Ok(written) => written,
        Err(late) => Err(late.into()),
    };
    if written.is_err() {
        // The session may be gone with the transaction; then there is nothing to undo.
        let undoing = client.batch_execute("ROLLBACK");
        let _undone = Deadline::after(UNDO_PATIENCE)
            .bound("rolling back", undoing)
            .await;
    }
    written
}

#[async_trait]
impl FillLog for PostgresFill {
    async fn begin(&self, source: &FillSource) -> Result<Position, FillError> {
        let connection = self.connection.lock().await;
        let client = &connection.client;
        transact(client, async {
            let code = source.head.identity.currency.code();
            execute(client, sql::KEEP_IDENTITY, &[&code]).await?;
            match find_filling(client).await? {
                Some(earlier) if earlier == *source => return Ok(end(client).await?.0),
                Some(_) => empty(client).await?,
                None => refuse_unless_empty(client).await?,
            }
            mark(client, source).await?;
            Ok(Position::START)
        })
        .await
    }

    async fn fill(&self, blocks: Vec<SealedRows>) -> Result<(), FillError> {
        let Some(due) = blocks.first() else {
            return Ok(());
        };
        let (next, previous) = (due.block.first, due.block.previous);
        let expected = Position(next.0 - 1);
        let connection = self.connection.lock().await;
        let client = &connection.client;
        transact(client, async {
            let filling = find_filling(client).await?;
            if filling.is_none() || end(client).await? != (expected, previous) {
                return Err(FillError::Moved { expected });
            }
            copy(client, &blocks)
                .await
                .map_err(|error| refused(&error, next))?;
            fault::pass(Point::InsideFilling);
            rows::insert_blocks(client, &blocks)
                .await
                .map_err(|error| FillError::from(refused(&error, next)))
        })
        .await
    }

    async fn keep(
        &self,
        letters: Vec<DeadLetter>,
        answers: Vec<KeptAnswer>,
    ) -> Result<(), FillError> {
        let connection = self.connection.lock().await;
        let client = &connection.client;
        transact(client, async {
            rows::restore_letters(client, &letters).await?;
            rows::restore_answers(client, &answers).await?;
            Ok(())
        })
        .await
    }

    async fn finish(&self, end_of: FillEnd) -> Result<LogIdentity, FillError> {
        let connection = self.connection.lock().await;
        let client = &connection.client;
        transact(client, async {
            let reached = end(client).await?.0;
            let Some(FillSource { head, .. }) = find_filling(client).await? else {
                return Err(FillError::Moved { expected: reached });
            };
            if reached != head.position {
                return Err(FillError::Incomplete {
                    reached,
                    head: head.position,
                });
            }
            let own = own_identity(client).await?;
            let identity = head.identity.succeeding(Some(own));
            rows::take_claims(client, &end_of.claims).await?;
            rows::add_counts(client, &end_of.counts).await?;
            run(client, &format!("SELECT pg_advisory_xact_lock({ID_LOCK})")).await?;
            for (kind, used) in end_of.used_ids.iter().filter(|(_, used)| *used > 0) {
                query(client, sql::ADVANCE_IDS, &[&sequence(*kind), used]).await?;
            }
            let code = identity.currency.code();
            execute(
                client,
                sql::ADOPT_IDENTITY,
                &[&identity.log, &identity.epoch, &code],
            )
            .await?;
            execute(client, sql::END_FILLING, &[]).await?;
            fault::pass(Point::BeforeFillingEnds);
            Ok(identity)
        })
        .await
    }

    async fn abandon(&self) -> Result<bool, StoreError> {
        let connection = self.connection.lock().await;
        let client = &connection.client;
        let abandoning = transact(client, async {
            let is_filling = find_filling(client).await?.is_some();
            if is_filling {
                empty(client).await?;
            }
            Ok(is_filling)
        });
        abandoning.await.map_err(|error| match error {
            FillError::Store(error) => error,
            other => StoreError::unavailable(&other),
        })
    }
}

async fn find_filling(client: &Client) -> Result<Option<FillSource>, StoreError> {
    let rows = query(client, sql::FIND_FILLING, &[]).await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let position = Position(get(row, 4)?);
    let identity = LogIdentity {
        log: get::<Uuid>(row, 1)?,
        epoch: get(row, 2)?,
        currency: read_currency(row, 3)?,
    };
    Ok(Some(FillSource {
        verb: get(row, 0)?,
        head: Head {
            identity,
            position,
            block_hash: hash(row, 5, position)?,
        },
    }))
}

async fn own_identity(client: &Client) -> Result<LogIdentity, StoreError> {
    let row = find_head(client).await?;
    Ok(LogIdentity {
        log: get(&row, 4)?,
        epoch: get(&row, 5)?,
        currency: read_currency(&row, 6)?,
    })
}

async fn end(client: &Client) -> Result<(Position, Hash), StoreError> {
    end_of(&find_head(client).await?)
}

async fn find_head(client: &Client) -> Result<Row, StoreError> {
    let found = query(client, sql::FIND_HEAD, &[]).await?;
    found
        .into_iter()
        .next()
        .ok_or_else(|| StoreError::Unusable("the log has lost its identity".to_owned()))
}

async fn refuse_unless_empty(client: &Client) -> Result<(), FillError> {
    let found = query(client, sql::COUNT_KEPT, &[]).await?;
    if let Some(row) = found.first() {
        let (events, letters) = (get(row, 0)?, get(row, 1)?);
        if (events, letters) != (0, 0) {
            return Err(FillError::NotEmpty { events, letters });
        }
    }
    empty(client).await.map_err(FillError::from)
}

/// Takes away what an earlier filling left, and what a log without events may have.
async fn empty(client: &Client) -> Result<(), StoreError> {
    query(client, sql::ALLOW_RESET, &[]).await?;
    execute(client, sql::EMPTY_LOG, &[]).await?;
    execute(client, sql::END_FILLING, &[]).await
}

async fn mark(client: &Client, source: &FillSource) -> Result<(), StoreError> {
    let Head {
        identity,
        position,
        block_hash,
    } = &source.head;
    let LogIdentity {
        log,
        epoch,
        currency,
    } = identity;
    let (code, hash) = (currency.code(), block_hash.as_slice());
    execute(
        client,
        sql::BEGIN_FILLING,
        &[&source.verb, log, epoch, &code, &position.0, &hash],
    )
    .await
}

async fn copy(client: &Client, blocks: &[SealedRows]) -> Result<(), tokio_postgres::Error> {
    let sink = client.copy_in(sql::COPY_EVENTS).await?;
    pin_mut!(sink);
    let pieces: Vec<_> = pieces(blocks.iter().flat_map(|sealed| &sealed.rows)).collect();
    for piece in pieces {
        sink.feed(piece).await?;
    }
    sink.as_mut().finish().await.map(|_| ())
}

async fn run(client: &Client, statements: &str) -> Result<(), StoreError> {
    let ran = client.batch_execute(statements).await;
    ran.map_err(|error| unavailable(&error))
}

async fn execute(
    client: &Client,
    sql: &'static str,
    parameters: super::reads::Parameters<'_>,
) -> Result<(), StoreError> {
    query(client, sql, parameters).await.map(|_| ())
}

async fn query(
    client: &Client,
    sql: &'static str,
    parameters: super::reads::Parameters<'_>,
) -> Result<Vec<Row>, StoreError> {
    let rows = client.query(sql, parameters).await;
    rows.map_err(|error| unavailable(&error))
}
