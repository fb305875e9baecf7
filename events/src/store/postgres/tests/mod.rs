//! Tests against a real server, which `make test` starts. Each has a database of its own.

mod desk;
mod lost_answer;
mod reconnecting;
mod starting;
mod stopped_holder;
mod two_stores;

use std::{env, sync::Arc};

use async_trait::async_trait;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

use super::{PostgresFill, PostgresOptions, PostgresReader, PostgresStore};
use crate::{
    money::Currency,
    store::{
        EventStore, LogReader, StoreError,
        contract::{Database, store_contract},
        fill::FillLog,
    },
};

store_contract!(crate::store::postgres::tests::fresh_database);

async fn fresh_database() -> Option<Arc<dyn Database>> {
    Some(Arc::new(TestDatabase::create().await))
}

/// A database that one test has for itself; it goes with the server.
pub(super) struct TestDatabase {
    pub(super) url: String,
}

impl TestDatabase {
    pub(super) async fn create() -> Self {
        let server = env::var("BETSTREAM_TEST_POSTGRES_URL")
            .expect("run through `make test`, which starts the servers");
        let name = format!("test_{}", Uuid::now_v7().simple());
        raw(&server)
            .await
            .batch_execute(&format!("CREATE DATABASE {name}"))
            .await
            .unwrap();
        let mut url = url::Url::parse(&server).unwrap();
        url.set_path(&name);
        Self { url: url.into() }
    }

    pub(super) async fn store(&self) -> PostgresStore {
        PostgresStore::connect(&self.url, Currency::USD)
            .await
            .unwrap()
    }

    pub(super) async fn store_with(&self, options: PostgresOptions) -> PostgresStore {
        PostgresStore::connect_with(&self.url, Currency::USD, options)
            .await
            .unwrap()
    }

    /// A connection that knows nothing of stores.
    pub(super) async fn raw(&self) -> Client {
        raw(&self.url).await
    }
}

#[async_trait]
impl Database for TestDatabase {
    async fn try_open(&self) -> Result<Arc<dyn EventStore>, StoreError> {
        let store = PostgresStore::connect(&self.url, Currency::USD).await?;
        Ok(Arc::new(store))
    }

    async fn open_to_fill(&self) -> Result<Arc<dyn FillLog>, StoreError> {
        Ok(Arc::new(PostgresFill::connect(&self.url).await?))
    }

    async fn open_reader(&self) -> Arc<dyn LogReader> {
        Arc::new(PostgresReader::connect(&self.url).await.unwrap())
    }

    async fn run(&self, statements: &str) -> Result<(), String> {
        self.raw()
            .await
            .batch_execute(statements)
            .await
            .map_err(|error| error.to_string())
    }

    async fn tamper(&self, statements: &str) -> Result<(), String> {
        let triggers = |what: &str| {
            format!("ALTER TABLE events {what} TRIGGER ALL; ALTER TABLE blocks {what} TRIGGER ALL;")
        };
        self.run(&format!(
            "{} {statements}; {}",
            triggers("DISABLE"),
            triggers("ENABLE")
        ))
        .await
    }

    fn an_event_id(&self) -> &'static str {
        "gen_random_uuid()"
    }

    fn blob(&self, bytes: &[u8]) -> String {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("'\\x{digits}'::bytea")
    }

    fn truncations(&self) -> &'static [&'static str] {
        &[
            "TRUNCATE events",
            "TRUNCATE blocks",
            "SET betstream.reset = 'yes'; TRUNCATE events",
            "INSERT INTO events SELECT * FROM events ON CONFLICT (position) DO UPDATE SET stream = 'market-c'",
        ]
    }
}

async fn raw(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}
