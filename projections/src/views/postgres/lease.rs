//! Ownership as advisory locks on a connection of its own: they go with the connection, so that
//! another process takes over when the owner dies.

use async_trait::async_trait;
use parking_lot::Mutex as SyncMutex;
use std::{collections::BTreeSet, sync::Arc};
use tokio::sync::Mutex;
use tokio_postgres::Client;

use super::connect::connect;
use crate::{projection::ProjectionName, runner::Ownership};

/// First half of every lock's key; the second is the projection. Arbitrary and ours for ever.
const LOCK_SPACE: i32 = 0x6265_7473;

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
            Ok(client) => Some(Arc::new(client)),
            Err(error) => {
                tracing::debug!(%error, "no session for the ownership of views");
                None
            }
        };
        self.seen.lock().clone_from(&session);
        session.clone()
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
        let answer = client
            .query_one(
                "SELECT pg_try_advisory_lock($1, $2)",
                &[&LOCK_SPACE, &key(name)],
            )
            .await;
        let owns = answer
            .ok()
            .and_then(|row| row.try_get(0).ok())
            .unwrap_or(false);
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
            let _gone_either_way = client
                .execute(
                    "SELECT pg_advisory_unlock($1, $2)",
                    &[&LOCK_SPACE, &key(name)],
                )
                .await;
        }
    }
}

const fn key(name: ProjectionName) -> i32 {
    match name {
        ProjectionName::Desk => 1,
        ProjectionName::Markets => 2,
        ProjectionName::Odds => 3,
        ProjectionName::Stats => 4,
    }
}

impl std::fmt::Debug for PostgresOwnership {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresOwnership")
            .field("owned", &*self.owned.lock())
            .finish_non_exhaustive()
    }
}
