//! On what the figures were measured.

use std::{fs::read_to_string, process::Command};

use serde_json::{Value, json};

use super::{Rig, connect};

/// The Postgres settings that decide what a commit costs.
const POSTGRES_SETTINGS: &[&str] = &[
    "server_version",
    "synchronous_commit",
    "fsync",
    "full_page_writes",
    "shared_buffers",
    "max_wal_size",
];

/// The machine, the servers with their settings, and the commit.
///
/// # Errors
/// When a server does not answer.
pub(crate) async fn machine(rig: &Rig) -> anyhow::Result<Value> {
    let postgres = connect(&rig.postgres_url).await?;
    let mut settings = serde_json::Map::new();
    for name in POSTGRES_SETTINGS {
        let row = postgres
            .query_one("SELECT current_setting($1)", &[name])
            .await?;
        settings.insert((*name).to_owned(), row.get::<_, String>(0).into());
    }
    let nats = async_nats::connect(&rig.nats_url)
        .await?
        .server_info()
        .version;
    let mut redis = redis::Client::open(rig.redis_url.as_str())?
        .get_multiplexed_async_connection()
        .await?;
    let redis: String = redis::cmd("INFO")
        .arg("server")
        .query_async(&mut redis)
        .await?;
    Ok(json!({
        "cores": std::thread::available_parallelism()?.get(),
        "processor": line("/proc/cpuinfo", "model name"),
        "memory": line("/proc/meminfo", "MemTotal"),
        "kernel": read_to_string("/proc/sys/kernel/osrelease").ok().map(|text| text.trim().to_owned()),
        "postgres": settings,
        "nats": nats,
        "redis": value(&redis, "redis_version"),
        "commit": commit(),
        "measured_at": chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now()).to_rfc3339(),
    }))
}

fn line(file: &str, name: &str) -> Option<String> {
    value(&read_to_string(file).ok()?, name)
}

/// The value of the first `name: value`.
fn value(text: &str, name: &str) -> Option<String> {
    let (_, value) = text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == name).then_some((key, value))
    })?;
    Some(value.trim().to_owned())
}

fn commit() -> Option<String> {
    let described = Command::new("git")
        .args(["describe", "--always", "--dirty"])
        .output()
        .ok()?;
    let text = String::from_utf8(described.stdout).ok()?;
    (!text.trim().is_empty()).then(|| text.trim().to_owned())
}
