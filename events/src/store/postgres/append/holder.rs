//! Watches who holds the lock while an append waits for it.
//!
//! A process that was stopped inside its transaction must not stop the others: a holder that waits
//! for its client, in the same transaction at two looks, is terminated and counted. One that works,
//! commits, or waits for a disk or the standby is left alone: ending it could make a commit visible
//! that is not replicated.

use std::time::{Duration, SystemTime};

use betstream_telemetry::measures::journal;
use tokio::time::sleep;
use tokio_postgres::Config;

use super::{Deadline, LOG_LOCK};
use crate::store::{
    StoreError,
    postgres::{
        connect::{Connection, connect},
        error::unavailable,
        options::PostgresOptions,
        rows::get,
        sql,
    },
};

/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Who holds the lock, as `pg_stat_activity` shows it.
#[derive(Clone, Debug, PartialEq)]
struct Holder {
    pid: i32,
    transaction: Option<SystemTime>,
    wait_type: Option<String>,
    wait: Option<String>,
    state: Option<String>,
    application: Option<String>,
}

impl Holder {
    fn waits_for_its_client(&self) -> bool {
        self.wait_type.as_deref() == Some("Client")
    }

    fn is_same_transaction(&self, other: &Self) -> bool {
        self.pid == other.pid && self.transaction.is_some() && self.transaction == other.transaction
    }

    fn describe(&self) -> String {
        let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "?".to_owned());
        format!(
            "the log's lock is held by backend {} of {} ({}, waits for {} {})",
            self.pid,
            shown(&self.application),
            shown(&self.state),
            shown(&self.wait_type),
            shown(&self.wait)
        )
    }
}

/// Looks again and again until `deadline`, and says then why the append did not come through.
/// `own_pid` is the backend that waits; it may just have become the holder.
pub(super) async fn watch(
    config: &Config,
    options: &PostgresOptions,
    own_pid: i32,
    deadline: Deadline,
) -> String {
    sleep(options.lock_patience.min(deadline.remaining())).await;
    let mut watcher = Watcher {
        config,
        options,
        connection: None,
        seen: None,
    };
    while !deadline.is_over() {
        let looking = within_deadline(deadline, watcher.look(own_pid)).await;
        if let Err(error) = looking {
            tracing::debug!(%error, "the holder of the log's lock could not be looked at");
            watcher.connection = None;
        }
        sleep(LOOK_EVERY.min(deadline.remaining())).await;
    }
    watcher.seen.map_or_else(
        || "the database did not answer in time".to_owned(),
        |holder| holder.describe(),
    )
}

async fn within_deadline(
    deadline: Deadline,
    look: impl Future<Output = Result<(), StoreError>>,
) -> Result<(), StoreError> {
    deadline.bound("looking at the lock", look).await?
}

struct Watcher<'a> {
    config: &'a Config,
    options: &'a PostgresOptions,
    connection: Option<Connection>,
    seen: Option<Holder>,
}

impl Watcher<'_> {
    async fn look(&mut self, own_pid: i32) -> Result<(), StoreError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => connect(self.config, self.options.connect_timeout).await?,
        };
        let now = find_holder(&connection)
            .await?
            .filter(|holder| holder.pid != own_pid);
        if let (Some(before), Some(now)) = (&self.seen, &now)
            && before.waits_for_its_client()
            && now.waits_for_its_client()
            && before.is_same_transaction(now)
        {
            terminate(&connection, now).await?;
        }
        self.seen = now;
        self.connection = Some(connection);
        Ok(())
    }
}

async fn find_holder(connection: &Connection) -> Result<Option<Holder>, StoreError> {
    let row = connection
        .client
        .query_opt(sql::FIND_LOCK_HOLDER, &[&LOG_LOCK])
        .await
        .map_err(|error| unavailable(&error))?;
    row.map(|row| {
        Ok(Holder {
            pid: get(&row, 0)?,
            transaction: get(&row, 1)?,
            wait_type: get(&row, 2)?,
            wait: get(&row, 3)?,
            state: get(&row, 4)?,
            application: get(&row, 5)?,
        })
    })
    .transpose()
}

/// Ends the holder, if it is still what was seen.
async fn terminate(connection: &Connection, holder: &Holder) -> Result<(), StoreError> {
    let ended = connection
        .client
        .query(
            sql::TERMINATE_LOCK_HOLDER,
            &[&holder.pid, &holder.transaction],
        )
        .await;
    if !ended.map_err(|error| unavailable(&error))?.is_empty() {
        journal::LOCK_HOLDERS_TERMINATED.increment(1);
        tracing::warn!(pid = holder.pid, holder = %holder.describe(), "ended a backend that kept the log's lock and waited for its client");
    }
    Ok(())
}
