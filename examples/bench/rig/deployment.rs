//! The private servers, and what one run has of its own on them.

use std::sync::atomic::{AtomicU16, Ordering};

use anyhow::Context as _;
use async_nats::jetstream::Context;
use betstream_events::ids::fresh_id;

use super::{broker, database, processes};

/// The private Postgres, Redis and NATS.
pub(crate) struct Rig {
    pub(crate) postgres_url: String,
    pub(crate) redis_url: String,
    pub(crate) nats_url: String,
    postgres_pid: u32,
    redis_pid: u32,
    nats_pid: u32,
    redis_databases: AtomicU16,
}

impl Rig {
    /// Finds the servers by the environment that `scripts/with-servers` sets.
    pub(crate) fn find() -> anyhow::Result<Self> {
        let [postgres_url, redis_url, nats_url] = [
            "BETSTREAM_TEST_POSTGRES_URL",
            "BETSTREAM_TEST_REDIS_URL",
            "BETSTREAM_TEST_NATS_URL",
        ]
        .map(|name| {
            std::env::var(name).with_context(|| format!("{name} is not set: run `make bench`"))
        });
        let (postgres_url, redis_url, nats_url) = (postgres_url?, redis_url?, nats_url?);
        Ok(Self {
            postgres_pid: pid_behind(&postgres_url)?,
            redis_pid: pid_behind(&redis_url)?,
            nats_pid: pid_behind(&nats_url)?,
            postgres_url,
            redis_url,
            nats_url,
            redis_databases: AtomicU16::new(0),
        })
    }

    /// Room of its own for one run.
    pub(crate) async fn deploy(&self) -> anyhow::Result<Deployment<'_>> {
        let name = format!("bench_{}", fresh_id().simple());
        let subject = name.replace('_', ".");
        let redis_database = self.redis_databases.fetch_add(1, Ordering::Relaxed);
        let redis_url = self.redis_url.trim_end_matches('/');
        Ok(Deployment {
            rig: self,
            database_url: database::create(&self.postgres_url, &name).await?,
            redis_url: format!("{redis_url}/{redis_database}"),
            broker: broker::create_stream(&self.nats_url, &name, &subject).await?,
            name,
            subject,
        })
    }

    /// Processor seconds used so far by Postgres, Redis and NATS.
    pub(super) fn processor_seconds(&self) -> anyhow::Result<[f64; 3]> {
        let [postgres, redis, nats] =
            [self.postgres_pid, self.redis_pid, self.nats_pid].map(processes::processor_seconds);
        Ok([postgres?, redis?, nats?])
    }
}

fn pid_behind(url: &str) -> anyhow::Result<u32> {
    let port = url::Url::parse(url)?.port().context("no port")?;
    processes::listener(port).with_context(|| format!("nobody on this machine serves {url}"))
}

/// A Postgres database, a Redis database and a stream of bets.
pub(crate) struct Deployment<'a> {
    pub(super) rig: &'a Rig,
    pub(crate) database_url: String,
    redis_url: String,
    broker: Context,
    name: String,
    subject: String,
}

impl Deployment<'_> {
    /// What the binary under test must be told.
    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("DATABASE_URL", self.database_url.clone()),
            ("REDIS_URL", self.redis_url.clone()),
            ("NATS_URL", self.rig.nats_url.clone()),
            ("BETSTREAM_STREAM", self.name.clone()),
            ("BETSTREAM_SUBJECT", self.subject.clone()),
        ]
    }

    /// Makes `messages` wait in the stream.
    pub(crate) async fn publish(
        &self,
        messages: impl Iterator<Item = Vec<u8>>,
    ) -> anyhow::Result<()> {
        broker::publish(&self.broker, &self.subject, messages).await
    }

    /// Waits until every message has been acknowledged.
    pub(crate) async fn drained(&self) -> anyhow::Result<()> {
        broker::drained(&self.broker, &self.name).await
    }

    /// Gives everything back.
    pub(crate) async fn clear(self) -> anyhow::Result<()> {
        broker::delete_stream(&self.broker, &self.name).await?;
        let mut redis = redis::Client::open(self.redis_url.as_str())?
            .get_multiplexed_async_connection()
            .await?;
        redis::cmd("FLUSHDB").query_async::<()>(&mut redis).await?;
        database::remove(&self.rig.postgres_url, &self.name).await
    }
}
