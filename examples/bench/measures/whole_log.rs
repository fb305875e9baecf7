//! `betstream rebuild all` and `betstream audit verify` on a log of which 95 in 100 events are bets of markets, beside reading
//! the same events in order from the database.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, bail};
use betstream_events::ids::fresh_id;
use futures::TryStreamExt;
use rusqlite::types::ValueRef;

use super::{commands::Database, desk::Desk};
use crate::{
    Sizes,
    report::{Line, Report},
    rig::{Messages, Mix, Rig, Server, binary, connect, get, post},
};

const ALL_COLUMNS: &str = "SELECT position, stream, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at FROM events ORDER BY position";
/// Bets of one request while the log is filled.
const BETS_A_REQUEST: usize = 2_000;

/// What the binary does to the whole log.
#[derive(Clone, Copy)]
pub(crate) enum Verb {
    /// It rebuilds every view.
    Rebuild,
    /// It verifies the hash chain.
    Verify,
}

impl Verb {
    const fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Rebuild => &["rebuild", "all"],
            Self::Verify => &["audit", "verify"],
        }
    }

    const fn what(self) -> &'static str {
        match self {
            Self::Rebuild => "all views",
            Self::Verify => "the hash chain",
        }
    }
}

/// Going through the whole log once.
pub(crate) struct WholeLog {
    pub(crate) database: Database,
    pub(crate) verb: Verb,
}

impl WholeLog {
    pub(crate) async fn run(
        &self,
        name: &str,
        rig: &Rig,
        sizes: Sizes,
        report: &mut Report,
    ) -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("betstream.db");
        let deployment = match self.database {
            Database::Sqlite => None,
            Database::Postgres => Some(rig.deploy().await?),
        };
        let settings = match &deployment {
            Some(deployment) => deployment.settings(),
            None => vec![("DATABASE_URL", format!("sqlite://{}", file.display()))],
        };
        let events = fill(&settings, sizes.bets as usize).await?;

        let read = async || match &deployment {
            Some(deployment) => copy_out(&deployment.database_url).await,
            None => select(&file),
        };
        // Reading in turn, so that a machine that changes its pace does so for both.
        let (mut reading, mut rebuilding) = (read().await?, 0.0);
        const ROUNDS: u32 = 2;
        for _ in 0..ROUNDS {
            rebuilding += run_through(self.verb, &settings, events)?;
            reading += read().await?;
        }
        let reading = reading / f64::from(ROUNDS + 1);
        let what = match self.database {
            Database::Sqlite => "SELECT in order",
            Database::Postgres => "COPY out in order",
        };
        let rebuilding = rebuilding / f64::from(ROUNDS);
        report.add(
            Line::new(name, self.verb.what(), rebuilding, "events/s")
                .beside(what, reading)
                .detail("events", events as f64, ""),
        );
        match deployment {
            Some(deployment) => deployment.clear().await,
            None => Ok(()),
        }
    }
}

/// Records `bets` bets of which 5 in 100 join a batch, and gives the length of the log.
async fn fill(settings: &[(&str, String)], bets: usize) -> anyhow::Result<i64> {
    let server = Server::start(settings).await?;
    let desk = Desk::open(server.address).await?;
    let mix = Mix {
        account: Some(desk.account()),
        ..Mix::PLAIN
    };
    let messages: Vec<Vec<u8>> = Messages::new(mix, fresh_id(), bets).iter().collect();
    for some in messages.chunks(BETS_A_REQUEST) {
        let body = format!("[{}]", String::from_utf8(some.join(&b","[..]))?);
        let answer = post(server.address, "/api/v1/bets", &body).await?;
        if answer["recorded"] != some.len() {
            bail!("not all bets are recorded: {answer}");
        }
    }
    let system = get(server.address, "/api/v1/system").await?;
    system["position"].as_i64().context("no position")
}

/// Events a second of the whole program, its start included.
fn run_through(verb: Verb, settings: &[(&str, String)], events: i64) -> anyhow::Result<f64> {
    let mut command = Command::new(binary()?);
    command
        .args(verb.arguments())
        .env_remove("REDIS_URL")
        .env_remove("NATS_URL")
        .envs(settings.iter().map(|(name, value)| (*name, value.as_str())))
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let started = Instant::now();
    let status = command.status()?;
    if !status.success() {
        bail!("{} ended with {status}", verb.arguments().join(" "));
    }
    Ok(events as f64 / started.elapsed().as_secs_f64())
}

/// Rows a second in binary, in order.
async fn copy_out(database_url: &str) -> anyhow::Result<f64> {
    let client = connect(database_url).await?;
    let count = client.query_one("SELECT count(*) FROM events", &[]).await?;
    let rows: i64 = count.get(0);
    let started = Instant::now();
    let statement = format!("COPY ({ALL_COLUMNS}) TO STDOUT BINARY");
    let mut parts = std::pin::pin!(client.copy_out(&statement).await?);
    while parts.try_next().await?.is_some() {}
    Ok(rows as f64 / started.elapsed().as_secs_f64())
}

/// Rows a second, every value looked at, in order.
fn select(file: &Path) -> anyhow::Result<f64> {
    let database = rusqlite::Connection::open(file)?;
    let started = Instant::now();
    let mut statement = database.prepare(ALL_COLUMNS)?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let (mut count, mut bytes) = (0_u64, 0_usize);
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            bytes += match row.get_ref(column)? {
                ValueRef::Text(value) | ValueRef::Blob(value) => value.len(),
                _ => size_of::<i64>(),
            };
        }
        count += 1;
    }
    std::hint::black_box(bytes);
    Ok(count as f64 / started.elapsed().as_secs_f64())
}
