//! Going through the whole log: a rebuild of every view by the server that answers meanwhile, and a
//! verification of the hash chain, beside reading the same events in order from the database.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{bail, ensure};
use futures::TryStreamExt;
use rusqlite::types::ValueRef;
use serde_json::Value;

use crate::{
    report::Line,
    rig::{Server, binary, connect, get, post},
};

const ALL_COLUMNS: &str = "SELECT position, stream, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at FROM events ORDER BY position";
/// How often it is looked whether a rebuild is done.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Where the events can be read without BetStream.
pub(super) enum Source<'a> {
    Sqlite(&'a Path),
    Postgres(&'a str),
}

impl Source<'_> {
    pub(super) const fn what(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SELECT in order",
            Self::Postgres(_) => "COPY out in order",
        }
    }

    /// Events a second, in order.
    pub(super) async fn read(&self) -> anyhow::Result<f64> {
        match self {
            Self::Sqlite(file) => select(file),
            Self::Postgres(url) => copy_out(url).await,
        }
    }
}

/// A rebuild of everything: events a second, and the longest answer meanwhile.
pub(super) async fn rebuild(name: &str, server: &Server, events: i64) -> anyhow::Result<Line> {
    const WATCHED: &str = "/api/v1/accounts";
    let before = get(server.address, WATCHED).await?;
    let started = Instant::now();
    post(server.address, "/api/v1/projections/all/rebuild", "{}").await?;
    let (mut longest, mut asked) = (Duration::ZERO, 0.0);
    loop {
        let all = get(server.address, "/api/v1/projections").await?;
        let all = all.as_array().map_or(&[][..], Vec::as_slice);
        if let Some(failed) = all.iter().find(|one| !one["rebuild_error"].is_null()) {
            bail!("a rebuild failed: {failed}");
        }
        if all.iter().all(|one| one["rebuild"].is_null()) {
            break;
        }
        let began = Instant::now();
        let meanwhile: Value = get(server.address, WATCHED).await?;
        longest = longest.max(began.elapsed());
        asked += 1.0;
        ensure!(
            meanwhile == before,
            "{WATCHED} changed while it was rebuilt"
        );
        tokio::time::sleep(LOOK_EVERY).await;
    }
    let rate = events as f64 / started.elapsed().as_secs_f64();
    ensure!(
        get(server.address, WATCHED).await? == before,
        "{WATCHED} is another after the rebuild"
    );
    Ok(Line::new(name, "rebuild of all views", rate, "events/s")
        .detail("events", events as f64, "")
        .detail(
            "longest answer meanwhile",
            longest.as_secs_f64() * 1000.0,
            "ms",
        )
        .detail("answers", asked, "")
        .detail("memory", server.peak_memory_mb()?, "MB"))
}

/// `betstream audit verify`, its start included: events a second.
pub(super) fn verify(settings: &[(&str, String)], events: i64) -> anyhow::Result<f64> {
    let started = Instant::now();
    run(&["audit", "verify"], settings)?;
    Ok(events as f64 / started.elapsed().as_secs_f64())
}

/// Runs a verb that must succeed.
pub(super) fn run(arguments: &[&str], settings: &[(&str, String)]) -> anyhow::Result<()> {
    let mut command = Command::new(binary()?);
    command
        .args(arguments)
        .env_remove("REDIS_URL")
        .env_remove("NATS_URL")
        .envs(settings.iter().map(|(name, value)| (*name, value.as_str())))
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let status = command.status()?;
    ensure!(
        status.success(),
        "{} ended with {status}",
        arguments.join(" ")
    );
    Ok(())
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
