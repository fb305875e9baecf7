//! What the machine's Postgres does alone: the log's own rows, copied again in binary, each chunk
//! a commit of its own and as durable as the log's.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::{SinkExt, TryStreamExt};
use tokio_postgres::Client;

use super::connect;

/// Rows of one COPY.
const CHUNK: usize = 4_000;
/// The log's columns, in their order.
pub(crate) const COLUMNS: &str = "position, stream, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at";
/// Signature, no flags, no extension.
const HEADER: [u8; 19] = *b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// The log's rows, read once, to be copied into other tables of the same database.
pub(crate) struct RawCopy {
    client: Client,
    rows: Vec<Bytes>,
}

impl RawCopy {
    pub(crate) async fn of(database_url: &str) -> anyhow::Result<Self> {
        let client = connect(database_url).await?;
        let rows = rows(&client, "events").await?;
        Ok(Self { client, rows })
    }

    /// Rows a second into a table with the log's own columns and indexes.
    pub(crate) async fn same_table(&self) -> anyhow::Result<f64> {
        let definition = "CREATE TABLE raw_events (LIKE events INCLUDING ALL)";
        self.copied_into(definition).await
    }

    /// Rows a second into a table with the three indexes that any such log has, whatever ours has.
    pub(crate) async fn three_index_table(&self) -> anyhow::Result<f64> {
        self.copied_into(
            "CREATE TABLE raw_events (LIKE events INCLUDING DEFAULTS);
             ALTER TABLE raw_events ADD PRIMARY KEY (position);
             CREATE UNIQUE INDEX ON raw_events (stream, version);
             CREATE UNIQUE INDEX ON raw_events (event_id)",
        )
        .await
    }

    async fn copied_into(&self, definition: &str) -> anyhow::Result<f64> {
        self.client.batch_execute(definition).await?;
        let rate = copy(&self.client, "raw_events", &self.rows).await?;
        self.client.batch_execute("DROP TABLE raw_events").await?;
        Ok(rate)
    }

    /// How many bytes an event takes in the table, without its indexes.
    pub(crate) async fn mean_bytes(&self) -> anyhow::Result<f64> {
        let mean = "SELECT avg(pg_column_size(events.*))::float8 FROM events";
        Ok(self.client.query_one(mean, &[]).await?.get(0))
    }
}

/// Copies `rows` into `table`, and gives rows a second. Putting a chunk together is not timed.
pub(crate) async fn copy(client: &Client, table: &str, rows: &[Bytes]) -> anyhow::Result<f64> {
    let statement = format!("COPY {table} ({COLUMNS}) FROM STDIN BINARY");
    let mut took = Duration::ZERO;
    for chunk in rows.chunks(CHUNK) {
        let body = copied(chunk);
        let started = Instant::now();
        let mut sink = std::pin::pin!(client.copy_in::<_, Bytes>(&statement).await?);
        sink.send(body).await?;
        sink.finish().await?;
        took += started.elapsed();
    }
    Ok(rows.len() as f64 / took.as_secs_f64())
}

/// One chunk in the binary COPY format.
pub(crate) fn copied(chunk: &[Bytes]) -> Bytes {
    let mut body = HEADER.to_vec();
    chunk.iter().for_each(|row| body.extend_from_slice(row));
    body.extend_from_slice(&(-1_i16).to_be_bytes());
    body.into()
}

/// The rows of `source`, a table or a function, in the binary COPY format, in order, one slice each.
pub(crate) async fn rows(client: &Client, source: &str) -> anyhow::Result<Vec<Bytes>> {
    let statement =
        format!("COPY (SELECT {COLUMNS} FROM {source} ORDER BY position) TO STDOUT BINARY");
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
