//! Ownership as advisory locks on a connection of its own: they go with the connection, so that
//! another process takes over when the owner dies. An owner that stands still keeps its connection;
//! so it gives a sign of life every second, and Postgres closes the connection when none comes.

use async_trait::async_trait;
use parking_lot::Mutex as SyncMutex;
use std::{
    collections::BTreeSet,
    sync::{Arc, Weak},
    time::Duration,
};
use tokio::{sync::Mutex, time::timeout};
use tokio_postgres::{Client, types::ToSql};

use super::connect::connect;
use crate::{projection::ProjectionName, runner::Ownership};

/// First half of every lock's key; the second is the projection. Arbitrary and ours for ever.
const LOCK_SPACE: i32 = 0x6265_7473;

/// How long the server may take to say whether a lock is ours.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);
/// How often an owner gives a sign of life.
const SIGN_EVERY: Duration = Duration::from_secs(1);
/// After how long without one Postgres lets another process be the owner: five missed signs.
const SILENT_AT_MOST: Duration = Duration::from_secs(5);

/// Ownership as advisory locks of one Postgres session.
pub struct PostgresOwnership {
    url: String,
    session: Mutex<Option<Arc<Client>>>,
    /// The same session, for a look without waiting.
    seen: SyncMutex<Option<Arc<Client>>>,
    owned: SyncMutex<BTreeSet<ProjectionName>>,
}

impl PostgresOwnership {
    /// Locks in the database of `url`. Connects when it is first asked.
    pub fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            session: Mutex::default(),
            seen: SyncMutex::default(),
            owned: SyncMutex::default(),
        }
    }

    /// The session, made again when it was lost: then nothing is owned any more.
    async fn session(&self) -> Option<Arc<Client>> {
        let mut session = self.session.lock().await;
        if let Some(client) = session.as_ref().filter(|client| !client.is_closed()) {
            return Some(client.clone());
        }
        self.owned.lock().clear();
        *session = match connect(&self.url).await {
            Ok(client) => {
                let client = Arc::new(client);
                tokio::spawn(show_life(Arc::downgrade(&client)));
                Some(client)
            }
            Err(error) => {
                tracing::debug!(%error, "no session for the ownership of views");
                None
            }
        };
        self.seen.lock().clone_from(&session);
        session.clone()
    }

    /// Gives up a session that does not answer; its locks end with it.
    async fn give_up(&self, silent: &Arc<Client>) {
        let mut session = self.session.lock().await;
        if session
            .as_ref()
            .is_some_and(|client| Arc::ptr_eq(client, silent))
        {
            *session = None;
            *self.seen.lock() = None;
            self.owned.lock().clear();
        }
    }
}

/// Has Postgres wait for signs of life, and gives them for as long as the session is in use.
async fn show_life(session: Weak<Client>) {
    let expect = format!("SET idle_session_timeout = {}", SILENT_AT_MOST.as_millis());
    while let Some(client) = session.upgrade() {
        let shown = timeout(ANSWERS_WITHIN, client.batch_execute(&expect)).await;
        if !matches!(shown, Ok(Ok(()))) {
            tracing::debug!(?shown, "no sign of life reached the server of the views");
            return;
        }
        drop(client);
        tokio::time::sleep(SIGN_EVERY).await;
    }
}

#[async_trait]
impl Ownership for PostgresOwnership {
    async fn try_own(&self, name: ProjectionName) -> bool {
        let Some(client) = self.session().await else {
            return false;
        };
        if self.owned.lock().contains(&name) {
            return true;
        }
        let lock = key(name);
        let params: [&(dyn ToSql + Sync); 2] = [&LOCK_SPACE, &lock];
        let asking = client.query_one("SELECT pg_try_advisory_lock($1, $2)", &params);
        let owns = match timeout(ANSWERS_WITHIN, asking).await {
            Ok(answer) => answer
                .ok()
                .and_then(|row| row.try_get(0).ok())
                .unwrap_or(false),
            Err(_late) => {
                self.give_up(&client).await;
                false
            }
        };
        if owns {
            self.owned.lock().insert(name);
        }
        owns
    }

    fn still_owns(&self, name: ProjectionName) -> bool {
        self.owned.lock().contains(&name)
            && self
                .seen
                .lock()
                .as_ref()
                .is_some_and(|client| !client.is_closed())
    }

    async fn release(&self, name: ProjectionName) {
        let owned = self.owned.lock().remove(&name);
        let session = self.session.lock().await.clone();
        if let Some(client) = session.filter(|_| owned) {
            // If this fails the session is gone, and the lock with it.
            let lock = key(name);
            let params: [&(dyn ToSql + Sync); 2] = [&LOCK_SPACE, &lock];
            let releasing = client.execute("SELECT pg_advisory_unlock($1, $2)", &params);
            let _gone_either_way = timeout(ANSWERS_WITHIN, releasing).await;
        }
    }
}

const fn key(name: ProjectionName) -> i32 {
    match name {
        ProjectionName::Desk => 1,
        ProjectionName::Markets => 2,
        ProjectionName::Odds => 3,
        ProjectionName::Stats => 4,
        ProjectionName::Audit => 5,
    }
}

impl std::fmt::Debug for PostgresOwnership {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresOwnership")
            .field("owned", &*self.owned.lock())
            .finish_non_exhaustive()
    }
}
