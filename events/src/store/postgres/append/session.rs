//! The connection of appends: its settings, its prepared statements, its transactions.

use std::time::Duration;

use futures::future::try_join_all;
use tokio_postgres::{Client, Config, Error, Statement};

use super::{Deadline, holder};
use crate::store::{
    StoreError,
    postgres::{
        config::{BY_INDEX, with_settings},
        connect::{Connection, connect},
        error::unavailable,
        options::PostgresOptions,
        sql,
    },
};

/// The lock under which the log is written (`betstrea` as a number).
pub(in crate::store::postgres) const LOG_LOCK: i64 = 0x6265_7473_7472_6561;

/// How long the server waits for a next statement inside our transaction: a process that was
/// stopped there frees the lock even when nobody else wants it.
const IDLE_IN_TRANSACTION: Duration = Duration::from_secs(15);

macro_rules! prepared {
    ($($field:ident = $sql:ident),* $(,)?) => {
        /// What an append may need, prepared once a connection.
        pub(super) struct Statements {
            $(pub(super) $field: Statement),*
        }

        impl Statements {
            async fn prepare(client: &Client) -> Result<Self, Error> {
                let all = try_join_all([$(sql::$sql),*].map(|sql| client.prepare(sql))).await?;
                let mut all = all.into_iter();
                $(let $field = all.next().expect("one statement each");)*
                Ok(Self { $($field),* })
            }
        }
    };
}

prepared! {
    find_head = FIND_HEAD,
    find_events = FIND_EVENTS,
    find_versions = FIND_VERSIONS,
    find_claims = FIND_CLAIMS,
    find_answers = FIND_ANSWERS,
    copy_events = COPY_EVENTS,
    insert_block = INSERT_BLOCK,
    take_claims = TAKE_CLAIMS,
    release_claims = RELEASE_CLAIMS,
    keep_answers = KEEP_ANSWERS,
    purge_answers = PURGE_ANSWERS,
    add_counts = ADD_COUNTS,
    purge_counts = PURGE_COUNTS,
    keep_dead_letters = KEEP_DEAD_LETTERS,
    find_block_witness = FIND_BLOCK_WITNESS,
    find_chunk_witness = FIND_CHUNK_WITNESS,
}

/// A connection that appends.
pub(super) struct Session {
    connection: Connection,
    pub(super) statements: Statements,
    pid: i32,
}

impl Session {
    /// Connects and prepares.
    pub(super) async fn open(
        config: &Config,
        options: &PostgresOptions,
        deadline: Deadline,
    ) -> Result<Self, StoreError> {
        let settings = [
            ("synchronous_commit", "on".to_owned()),
            (
                "idle_in_transaction_session_timeout",
                IDLE_IN_TRANSACTION.as_millis().to_string(),
            ),
        ];
        let patience = options.connect_timeout.min(deadline.remaining());
        let connection = connect(
            &with_settings(&with_settings(config, BY_INDEX), settings),
            patience,
        )
        .await?;
        let preparing = async {
            let row = connection
                .client
                .query_one("SELECT pg_backend_pid()", &[])
                .await?;
            Ok((
                Statements::prepare(&connection.client).await?,
                row.try_get(0)?,
            ))
        };
        let (statements, pid) = deadline
            .bound("preparing", preparing)
            .await?
            .map_err(|error| unavailable(&error))?;
        Ok(Self {
            connection,
            statements,
            pid,
        })
    }

    pub(super) fn client(&self) -> &Client {
        &self.connection.client
    }

    /// Whether the connection was lost.
    pub(super) fn is_lost(&self) -> bool {
        self.connection.client.is_closed()
    }

    /// Opens a transaction and takes the lock: one round trip. Statements sent behind it see what
    /// the lock's last holder wrote, for each takes a snapshot of its own.
    pub(super) async fn begin_locked(&self, patience: Duration) -> Result<(), Error> {
        let begin = format!("BEGIN; {}", take_lock(patience));
        self.client().batch_execute(&begin).await
    }

    /// Takes the lock within a transaction that is open.
    pub(super) async fn lock(&self, patience: Duration) -> Result<(), Error> {
        self.client().batch_execute(&take_lock(patience)).await
    }

    /// Waits for `work`, which waits for the lock, and looks meanwhile at who has it.
    pub(super) async fn watched<T>(
        &self,
        config: &Config,
        options: &PostgresOptions,
        deadline: Deadline,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Interruption> {
        tokio::select! {
            biased;
            result = work => result.map_err(Interruption::Database),
            held = holder::watch(config, options, self.pid, deadline) => Err(Interruption::TooLate(held)),
        }
    }
}

fn take_lock(patience: Duration) -> String {
    let millis = patience.as_millis().max(1);
    format!("SET LOCAL lock_timeout = {millis}; SELECT pg_advisory_xact_lock({LOG_LOCK})")
}

/// Why a transaction did not come to its end.
#[derive(Debug)]
pub(super) enum Interruption {
    /// In the driver's words.
    Database(Error),
    /// The deadline passed; whom the lock waited for, if anybody was seen.
    TooLate(String),
}

impl Interruption {
    /// As an answer, where nothing was written.
    pub(super) fn into_unavailable(self) -> StoreError {
        match self {
            Self::Database(error) => unavailable(&error),
            Self::TooLate(reason) => StoreError::Unavailable { reason },
        }
    }
}
