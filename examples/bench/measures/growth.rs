//! What an event costs as the log grows: the next bets beside a raw COPY into the very same table,
//! and loading one stream.
//!
//! Postgres itself fills the log, for that is quick; its blocks carry hashes that are nobody's, so
//! `betstream check` would refuse such a log. Everything that is measured reads it as any other.

use std::time::Instant;

use betstream_events::{
    envelope::{StreamName, Version},
    ids::{GameId, fresh_id},
    money::Currency,
    store::{ReadStream, postgres::PostgresStore},
};
use tokio_postgres::Client;

use crate::{
    Sizes,
    report::{Line, Report},
    rig::{
        Deployment, Messages, Mix, Outcomes, Rig, Server, connect, copy, rows, take_waiting,
        views_catch_up,
    },
};

/// Lengths of the log at which it is measured.
const LENGTHS: [u32; 3] = [1_000_000, 5_000_000, 20_000_000];
/// Bets that are taken at each length.
const BETS: usize = 100_000;
/// Rows that are filled in by one statement.
const FILL_STEP: i64 = 250_000;
/// Streams that are loaded at each length, and events of each.
const STREAMS: usize = 1_000;
const EVENTS_A_STREAM: usize = 100;

/// A growing log.
pub(crate) struct Growth;

impl Growth {
    pub(crate) async fn run(
        &self,
        name: &str,
        rig: &Rig,
        sizes: Sizes,
        report: &mut Report,
    ) -> anyhow::Result<()> {
        let deployment = rig.deploy().await?;
        let settings = deployment.settings();
        drop(Server::start(&settings).await?);
        let mut log = FilledLog::of(&deployment.database_url).await?;
        let mut taken = Outcomes::default();
        let mut first_ratio = None;
        for length in LENGTHS.into_iter().filter(|length| *length <= sizes.growth) {
            log.fill_to(length.into()).await?;
            // The first rows after a fill pay for whole pages in the write-ahead log. One COPY more
            // pays it here, for neither side.
            log.copy_more().await?;
            let copied_before = log.copy_more().await?;
            let caught_up = catch_up(&settings).await?;
            let messages = Messages::new(Mix::PLAIN, fresh_id(), BETS);
            deployment.publish(messages.iter()).await?;
            let ingest = take_waiting(&deployment, 1, taken, messages.outcomes()).await?;
            taken = taken.and(&messages.outcomes());
            let copied_after = log.copy_more().await?;
            let loads = load_streams(&deployment).await?;

            let copied = (copied_before + copied_after) / 2.0;
            let ratio = ingest.rate / copied;
            let at_first = *first_ratio.get_or_insert(ratio);
            let what = format!("{} million events", length / 1_000_000);
            report.add(
                Line::new(name, &what, ingest.rate, "bets/s")
                    .beside("COPY, same table", copied)
                    .detail("× the ratio at first", ratio / at_first, "")
                    .detail("COPY before", copied_before, "rows/s")
                    .detail("COPY after", copied_after, "rows/s")
                    .detail("loading a stream of 100 events, p50", loads.0, "ms")
                    .detail("p99", loads.1, "ms")
                    .detail("views caught up with it in", caught_up, "s"),
            );
        }
        deployment.clear().await
    }
}

/// A log whose events are made by Postgres itself.
struct FilledLog {
    client: Client,
    filled: i64,
}

impl FilledLog {
    async fn of(database_url: &str) -> anyhow::Result<Self> {
        let client = connect(database_url).await?;
        client
            .batch_execute(include_str!("sql/make_filled_events.sql"))
            .await?;
        Ok(Self { client, filled: 0 })
    }

    async fn end(&self) -> anyhow::Result<i64> {
        let end = "SELECT coalesce(max(position), 0) FROM events";
        Ok(self.client.query_one(end, &[]).await?.get(0))
    }

    async fn fill_to(&mut self, length: i64) -> anyhow::Result<()> {
        let first = self.end().await?;
        let mut end = first;
        while end < length {
            let count = FILL_STEP.min(length - end);
            let fill = "INSERT INTO events SELECT * FROM filled_events($1, $2, $3)";
            self.client
                .execute(fill, &[&end, &self.filled, &count])
                .await?;
            self.filled += count;
            end += count;
        }
        self.seal(first).await?;
        // What would otherwise begin by itself in the middle of a measurement.
        Ok(self.client.batch_execute("VACUUM (ANALYZE) events").await?)
    }

    /// Copies the next rows into the log, and gives rows a second.
    async fn copy_more(&mut self) -> anyhow::Result<f64> {
        let end = self.end().await?;
        let source = format!("filled_events({end}, {}, {BETS})", self.filled);
        let rows = rows(&self.client, &source).await?;
        let rate = copy(&self.client, "events", &rows).await?;
        self.filled += BETS as i64;
        self.seal(end).await?;
        Ok(rate)
    }

    async fn seal(&self, after: i64) -> anyhow::Result<()> {
        let seal = include_str!("sql/seal_filled_events.sql");
        let end = self.end().await?;
        self.client.execute(seal, &[&(after + 1), &end]).await?;
        Ok(())
    }
}

/// Lets the projections read what was filled in, and gives the seconds that it took.
async fn catch_up(settings: &[(&str, String)]) -> anyhow::Result<f64> {
    let started = Instant::now();
    let server = Server::start(settings).await?;
    views_catch_up(std::slice::from_ref(&server)).await?;
    Ok(started.elapsed().as_secs_f64())
}

/// Milliseconds to load a stream as an actor does, at the median and the 99th percentile.
async fn load_streams(deployment: &Deployment<'_>) -> anyhow::Result<(f64, f64)> {
    let store = PostgresStore::connect(&deployment.database_url, Currency::USD).await?;
    let mut millis = Vec::new();
    for game in 0..STREAMS {
        let stream = StreamName::Market(GameId::parse(&format!("filled_{game}"))?);
        let started = Instant::now();
        let events = store
            .read_stream(&stream, Version::NONE, EVENTS_A_STREAM)
            .await?;
        millis.push(started.elapsed().as_secs_f64() * 1000.0);
        anyhow::ensure!(events.len() == EVENTS_A_STREAM, "{stream} is too short");
    }
    millis.sort_unstable_by(f64::total_cmp);
    Ok((millis[STREAMS / 2], millis[STREAMS * 99 / 100]))
}
