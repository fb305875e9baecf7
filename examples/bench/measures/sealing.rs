//! What sealing a chunk costs beside writing it: the log's own rows, written again chunk by chunk, each
//! a commit as durable as the log's, once bare and once with their block sealed in the same commit.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context;
use betstream_events::{
    chain::{Block, GENESIS},
    envelope::{EventRow, Position},
    money::Currency,
    store::{FollowLog, postgres::PostgresStore, sqlite::SqliteReader},
};
use bytes::Bytes;
use futures::{SinkExt, try_join};
use rusqlite::params;
use tokio_postgres::Client;

use super::commands::Database;
use crate::{
    Sizes,
    report::{Line, Report},
    rig::{
        COPY_COLUMNS, Deployment, Messages, Mix, Outcomes, Rig, Server, connect, copied, post,
        rows, take_waiting,
    },
};

/// Events of a chunk: what one commit of ingest holds in about 25 ms.
const CHUNK: usize = 1_000;
/// How often each way is measured, in turn.
const ROUNDS: usize = 3;
/// Bets of one request to the embedded store.
const BETS_A_REQUEST: usize = 2_000;

/// Chunks with a block and without.
pub(crate) struct Sealing {
    pub(crate) database: Database,
}

impl Sealing {
    pub(crate) async fn run(
        &self,
        name: &str,
        rig: &Rig,
        sizes: Sizes,
        report: &mut Report,
    ) -> anyhow::Result<()> {
        let messages = Messages::new(
            Mix::PLAIN,
            betstream_events::ids::fresh_id(),
            sizes.bets as usize,
        );
        let (ingest, bare, sealed) = match self.database {
            Database::Postgres => on_postgres(rig, &messages).await?,
            Database::Sqlite => on_sqlite(&messages).await?,
        };
        let micros = |rate: f64| 1e6 / rate;
        let cost = micros(sealed) - micros(bare);
        report.add(
            Line::new(name, "chunks with their blocks", sealed, "events/s")
                .beside("without", bare)
                .detail("sealing", cost, "µs an event")
                .detail("ingest", micros(ingest), "µs an event")
                .detail("share of ingest", 100.0 * cost / micros(ingest), "%"),
        );
        Ok(())
    }
}

/// Ingest, bare chunks and sealed ones, events a second.
type Rates = (f64, f64, f64);

async fn on_postgres(rig: &Rig, messages: &Messages) -> anyhow::Result<Rates> {
    let deployment = rig.deploy().await?;
    deployment.publish(messages.iter()).await?;
    let taken = take_waiting(&deployment, 1, Outcomes::default(), messages.outcomes()).await?;
    let client = connect(&deployment.database_url).await?;
    let binary = rows(&client, "events").await?;
    let stored = stored(&deployment).await?;
    let (mut bare, mut sealed) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..ROUNDS {
        bare += write_copies(&client, &binary, None).await?;
        sealed += write_copies(&client, &binary, Some(&stored)).await?;
    }
    deployment.clear().await?;
    let rate = |took: Duration| (binary.len() * ROUNDS) as f64 / took.as_secs_f64();
    Ok((taken.rate, rate(bare), rate(sealed)))
}

async fn stored(deployment: &Deployment<'_>) -> anyhow::Result<Vec<Arc<Vec<EventRow>>>> {
    let store = PostgresStore::connect(&deployment.database_url, Currency::USD).await?;
    chunks_of(&store).await
}

/// The rows of the log, chunk by chunk.
async fn chunks_of(log: &dyn FollowLog) -> anyhow::Result<Vec<Arc<Vec<EventRow>>>> {
    let (mut chunks, mut after) = (Vec::new(), Position::START);
    loop {
        let chunk = log.read_rows(after, CHUNK).await?;
        let Some(last) = chunk.last() else {
            return Ok(chunks);
        };
        after = last.position;
        chunks.push(Arc::new(chunk));
    }
}

/// How long it takes to write `binary` into new tables like the log's, and the blocks of `stored`
/// with it where they are given.
async fn write_copies(
    client: &Client,
    binary: &[Bytes],
    stored: Option<&[Arc<Vec<EventRow>>]>,
) -> anyhow::Result<Duration> {
    const MAKE: &str = "CREATE TABLE raw_events (LIKE events INCLUDING ALL);
                        CREATE TABLE raw_blocks (LIKE blocks INCLUDING ALL)";
    client.batch_execute(MAKE).await?;
    let copy = format!("COPY raw_events ({COPY_COLUMNS}) FROM STDIN BINARY");
    let copy = client.prepare(&copy).await?;
    let insert =
        "INSERT INTO raw_blocks (first_position, last_position, root, digests, previous, hash)
                  VALUES ($1, $2, $3, $4, $5, $6)";
    let insert = client.prepare(insert).await?;
    let (mut took, mut previous) = (Duration::ZERO, GENESIS);
    for (number, chunk) in binary.chunks(CHUNK).enumerate() {
        let body = copied(chunk);
        let started = Instant::now();
        let sealing = stored.map(|stored| {
            let rows = stored[number].clone();
            tokio::task::spawn_blocking(move || Block::seal(previous, &rows))
        });
        client.batch_execute("BEGIN").await?;
        let mut sink = Box::pin(client.copy_in::<_, Bytes>(&copy).await?);
        sink.feed(body).await?;
        let block = match sealing {
            Some(sealing) => Some(sealing.await?),
            None => None,
        };
        let seal = async {
            let Some(block) = &block else {
                return Ok(0);
            };
            previous = block.hash;
            let (first, last) = (block.first.0, block.last.0);
            let hashes = [
                &block.root[..],
                &block.digests,
                &block.previous,
                &block.hash,
            ];
            let [root, digests, before, hash] = hashes;
            let values: [&(dyn tokio_postgres::types::ToSql + Sync); 6] =
                [&first, &last, &root, &digests, &before, &hash];
            client.execute(&insert, &values).await
        };
        try_join!(sink.as_mut().finish(), seal, client.batch_execute("COMMIT"))?;
        took += started.elapsed();
    }
    client
        .batch_execute("DROP TABLE raw_events; DROP TABLE raw_blocks")
        .await?;
    Ok(took)
}

async fn on_sqlite(messages: &Messages) -> anyhow::Result<Rates> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("betstream.db");
    let server = Server::start(&[("DATABASE_URL", format!("sqlite://{}", file.display()))]).await?;
    let bets: Vec<Vec<u8>> = messages.iter().collect();
    let started = Instant::now();
    for some in bets.chunks(BETS_A_REQUEST) {
        let body = format!("[{}]", String::from_utf8(some.join(&b","[..]))?);
        post(server.address, "/api/v1/bets", &body).await?;
    }
    let ingest = bets.len() as f64 / started.elapsed().as_secs_f64();
    drop(server);
    let reader = SqliteReader::open(&file)?;
    let chunks = chunks_of(&reader).await?;
    let events: usize = chunks.iter().map(|chunk| chunk.len()).sum();
    let (mut bare, mut sealed) = (Duration::ZERO, Duration::ZERO);
    for round in 0..ROUNDS {
        for (with_blocks, took) in [(false, &mut bare), (true, &mut sealed)] {
            let copy = folder.path().join(format!("copy-{round}-{with_blocks}.db"));
            *took += insert_copies(&file, &copy, &chunks, with_blocks)?;
        }
    }
    let rate = |took: Duration| (events * ROUNDS) as f64 / took.as_secs_f64();
    Ok((ingest, rate(bare), rate(sealed)))
}

/// How long it takes to write `chunks` into a file with the log's own tables.
fn insert_copies(
    log: &Path,
    copy: &Path,
    chunks: &[Arc<Vec<EventRow>>],
    with_blocks: bool,
) -> anyhow::Result<Duration> {
    const TABLES: &str = "SELECT group_concat(sql, ';') FROM sqlite_master
                          WHERE tbl_name IN ('events', 'blocks') AND type IN ('table', 'index') AND sql IS NOT NULL";
    const EVENT: &str = "INSERT INTO events (position, stream, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    const BLOCK: &str =
        "INSERT INTO blocks (first_position, last_position, root, digests, previous, hash)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let tables: Option<String> =
        rusqlite::Connection::open(log)?.query_row(TABLES, [], |row| row.get(0))?;
    let mut database = rusqlite::Connection::open(copy)?;
    database.pragma_update(None, "journal_mode", "WAL")?;
    database.pragma_update(None, "synchronous", "FULL")?;
    database.execute_batch(&tables.context("the log has no tables")?)?;
    let mut previous = GENESIS;
    let started = Instant::now();
    for chunk in chunks {
        let transaction = database.transaction()?;
        {
            let mut insert = transaction.prepare_cached(EVENT)?;
            for row in chunk.iter() {
                insert.execute(params![
                    row.position.0,
                    row.stream,
                    row.version.0,
                    row.event_id.uuid().as_bytes(),
                    &*row.event_type,
                    row.schema_version,
                    &*row.data,
                    &*row.metadata,
                    row.occurred_at.micros(),
                    row.recorded_at.micros(),
                ])?;
            }
        }
        if with_blocks {
            let block = Block::seal(previous, chunk);
            previous = block.hash;
            transaction.prepare_cached(BLOCK)?.execute(params![
                block.first.0,
                block.last.0,
                block.root,
                block.digests,
                block.previous,
                block.hash,
            ])?;
        }
        transaction.commit()?;
    }
    Ok(started.elapsed())
}
