//! What the machine's Postgres does alone: the rows that ingest made, copied again in binary.

use std::time::{Duration, Instant, SystemTime};

use anyhow::Context;
use bytes::Bytes;
use futures::{SinkExt, TryStreamExt};
use tokio_postgres::{Client, NoTls};

/// Rows of one COPY, each committed by itself.
const CHUNK: usize = 4_000;
const COLUMNS: &str = "position, stream, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at";

async fn connect(url: &str) -> anyhow::Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

fn with_database(url: &str, name: &str) -> anyhow::Result<String> {
    let mut parsed = url::Url::parse(url)?;
    parsed.set_path(name);
    Ok(parsed.to_string())
}

/// An empty database for one run.
pub(crate) async fn create_database(url: &str, token: &str) -> anyhow::Result<String> {
    let name = format!("bench_{token}");
    connect(url)
        .await?
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .await?;
    with_database(url, &name)
}

/// Takes the databases of one run away.
pub(crate) async fn drop_databases(url: &str, token: &str) -> anyhow::Result<()> {
    let client = connect(url).await?;
    for name in [format!("bench_{token}_raw"), format!("bench_{token}")] {
        client
            .batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            .await?;
    }
    Ok(())
}

/// When the first event was committed.
pub(crate) async fn first_recorded_at(database: &str) -> anyhow::Result<SystemTime> {
    let row = connect(database)
        .await?
        .query_one("SELECT min(recorded_at) FROM events", &[])
        .await?;
    Ok(row.get(0))
}

/// Rows a second into a table with the log's own columns, indexes and triggers.
pub(crate) async fn into_same_table(database: &str, token: &str) -> anyhow::Result<f64> {
    let rows = rows(database).await?;
    let name = format!("bench_{token}_raw");
    let source = connect(database).await?;
    // The same table: its definition is copied with everything that hangs on it.
    let definition = "CREATE TABLE raw_events (LIKE events INCLUDING ALL)";
    source
        .batch_execute(definition)
        .await
        .with_context(|| format!("{definition} for {name}"))?;
    copy(&source, "raw_events", &rows).await
}

/// Rows a second into a table with the three indexes that any such log has.
pub(crate) async fn into_three_index_table(database: &str) -> anyhow::Result<f64> {
    let rows = rows(database).await?;
    let client = connect(database).await?;
    client
        .batch_execute(
            "CREATE TABLE three_index_events (LIKE events INCLUDING DEFAULTS);
             ALTER TABLE three_index_events ADD PRIMARY KEY (position);
             CREATE UNIQUE INDEX ON three_index_events (stream, version);
             CREATE UNIQUE INDEX ON three_index_events (event_id)",
        )
        .await?;
    copy(&client, "three_index_events", &rows).await
}

async fn copy(client: &Client, table: &str, rows: &[Bytes]) -> anyhow::Result<f64> {
    let statement = format!("COPY {table} ({COLUMNS}) FROM STDIN BINARY");
    let mut took = Duration::ZERO;
    for chunk in rows.chunks(CHUNK) {
        let mut body = HEADER.to_vec();
        chunk.iter().for_each(|row| body.extend_from_slice(row));
        body.extend_from_slice(&(-1_i16).to_be_bytes());
        let started = Instant::now();
        let mut sink = std::pin::pin!(client.copy_in::<_, Bytes>(&statement).await?);
        sink.send(Bytes::from(body)).await?;
        sink.finish().await?;
        took += started.elapsed();
    }
    Ok(rows.len() as f64 / took.as_secs_f64())
}

/// Signature, no flags, no extension.
const HEADER: [u8; 19] = *b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// The log's rows in the binary COPY format, one slice each.
async fn rows(database: &str) -> anyhow::Result<Vec<Bytes>> {
    let client = connect(database).await?;
    let statement =
        format!("COPY (SELECT {COLUMNS} FROM events ORDER BY position) TO STDOUT BINARY");
    let parts: Vec<Bytes> = client.copy_out(&statement).await?.try_collect().await?;
    let all = Bytes::from(parts.concat());
    let mut rows = Vec::new();
    let mut at = HEADER.len();
    loop {
        let fields = i16::from_be_bytes(all[at..at + 2].try_into()?);
        if fields < 0 {
            return Ok(rows);
        }
        let start = at;
        at += 2;
        for _ in 0..fields {
            let length = i32::from_be_bytes(all[at..at + 4].try_into()?);
            at += 4 + usize::try_from(length.max(0))?;
        }
        rows.push(all.slice(start..at));
    }
}
