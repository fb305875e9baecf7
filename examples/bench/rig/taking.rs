//! Ingest as it is measured: from bets that wait in JetStream to bets that are durable in the log,
//! with every projection and counter caught up.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use tokio_postgres::{Client, Statement};

use super::{
    Deployment, Server, connect, get,
    processes::{idle_seconds, own_processor_seconds},
};

/// How often the log's own counts are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// The longest that ingest may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// What became of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcomes {
    pub(crate) recorded: i64,
    pub(crate) already_recorded: i64,
    pub(crate) refused: i64,
    pub(crate) dead_letters: i64,
}

impl Outcomes {
    pub(crate) fn sum(&self) -> i64 {
        self.recorded + self.already_recorded + self.refused + self.dead_letters
    }

    /// These and those.
    pub(crate) fn and(&self, more: &Self) -> Self {
        Self {
            recorded: self.recorded + more.recorded,
            already_recorded: self.already_recorded + more.already_recorded,
            refused: self.refused + more.refused,
            dead_letters: self.dead_letters + more.dead_letters,
        }
    }
}

/// Looks at the log's own counts of outcomes, at little cost.
pub(crate) struct Progress {
    client: Client,
    counts: Statement,
}

impl Progress {
    /// Of a database whose tables are made.
    pub(crate) async fn of(database_url: &str) -> anyhow::Result<Self> {
        let client = connect(database_url).await?;
        let counts = client
            .prepare(
                "SELECT recorded, already_recorded, refused, dead_letters
                 FROM outcome_counts ORDER BY number DESC LIMIT 1",
            )
            .await?;
        Ok(Self { client, counts })
    }

    pub(crate) async fn now(&self) -> anyhow::Result<Outcomes> {
        let row = self.client.query_opt(&self.counts, &[]).await?;
        Ok(row.map_or_else(Outcomes::default, |row| Outcomes {
            recorded: row.get(0),
            already_recorded: row.get(1),
            refused: row.get(2),
            dead_letters: row.get(3),
        }))
    }

    /// Waits until more than `more_than` messages have their outcome, and gives all.
    pub(crate) async fn reaches(&self, more_than: i64) -> anyhow::Result<Outcomes> {
        let started = Instant::now();
        loop {
            let now = self.now().await?;
            if now.sum() > more_than {
                return Ok(now);
            }
            if started.elapsed() > PATIENCE {
                bail!("{} messages of {more_than} after {PATIENCE:?}", now.sum());
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

/// What taking the waiting bets came to.
pub(crate) struct Taken {
    /// Messages a second.
    pub(crate) rate: f64,
    /// The most memory that one of the processes held, in megabytes.
    pub(crate) memory_mb: f64,
    /// Microseconds of processor time a message, by who used it.
    pub(crate) processor_micros: Vec<(&'static str, f64)>,
}

/// Starts `processes` servers on bets that wait, until all of them are taken, and checks that each
/// became what it must: `before` is what the log had counted, `expected` what must be added.
///
/// The clock runs from the first look that sees progress, and what was taken by then is not
/// counted: a start is not ingest.
pub(crate) async fn take_waiting(
    deployment: &Deployment<'_>,
    processes: usize,
    before: Outcomes,
    expected: Outcomes,
) -> anyhow::Result<Taken> {
    let servers = Server::start_several(processes, &deployment.settings()).await?;
    let progress = Progress::of(&deployment.database_url).await?;
    let all = before.and(&expected);

    let first = progress.reaches(before.sum()).await?;
    if first.sum() - before.sum() > expected.sum() / 2 {
        bail!("most bets were taken before all processes were up: let more of them wait");
    }
    let started = Instant::now();
    let used_before = used(deployment, &servers)?;
    let counted = progress.reaches(all.sum() - 1).await?;
    views_catch_up(&servers).await?;
    let seconds = started.elapsed().as_secs_f64();
    let used_after = used(deployment, &servers)?;

    if counted != all {
        bail!("the outcomes are {counted:?} instead of {all:?}");
    }
    let taken = (all.sum() - first.sum()) as f64;
    let memory_mb = servers.iter().map(Server::peak_memory_mb);
    let memory_mb = memory_mb.collect::<Result<Vec<_>, _>>()?;
    deployment.drained().await?;
    Ok(Taken {
        rate: taken / seconds,
        memory_mb: memory_mb.into_iter().fold(0.0, f64::max),
        processor_micros: processor_micros(used_before, used_after, seconds, taken)?,
    })
}

/// Waits until every projection has counted the whole log, odds counters included.
pub(crate) async fn views_catch_up(servers: &[Server]) -> anyhow::Result<()> {
    let started = Instant::now();
    while !caught_up(servers).await? {
        if started.elapsed() > PATIENCE {
            bail!("the projections have not caught up after {PATIENCE:?}");
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(())
}

async fn caught_up(servers: &[Server]) -> anyhow::Result<bool> {
    let mut reached = HashMap::<String, i64>::new();
    let mut head = 0;
    // Each projection runs in one of the processes; the others stand by and know less.
    for server in servers {
        let system = get(server.address, "/api/v1/system").await?;
        head = system["position"].as_i64().context("no position")?;
        for projection in system["projections"].as_array().context("no projections")? {
            let name = projection["name"].as_str().context("no name")?.to_owned();
            let position = projection["position"].as_i64().context("no position")?;
            let furthest = reached.entry(name).or_default();
            *furthest = position.max(*furthest);
        }
    }
    if reached.values().any(|position| *position != head) {
        return Ok(false);
    }
    let stats = get(servers[0].address, "/stats").await?;
    Ok(stats["bets_table_row_count"] == stats["total_odds"])
}

const USERS: [&str; 6] = [
    "betstream",
    "Postgres",
    "Redis",
    "NATS",
    "this program",
    "idle",
];

/// Processor seconds used so far, in the order of [`USERS`].
fn used(deployment: &Deployment<'_>, servers: &[Server]) -> anyhow::Result<[f64; 6]> {
    let ours = servers.iter().map(Server::processor_seconds);
    let ours = ours.sum::<anyhow::Result<f64>>()?;
    let [postgres, redis, nats] = deployment.rig.processor_seconds()?;
    let this = own_processor_seconds()?;
    Ok([ours, postgres, redis, nats, this, idle_seconds()?])
}

/// Where the time of all processors went, in microseconds a message. What is left for others says
/// whether the machine was shared while it was measured.
fn processor_micros(
    before: [f64; 6],
    after: [f64; 6],
    seconds: f64,
    messages: f64,
) -> anyhow::Result<Vec<(&'static str, f64)>> {
    let cores = std::thread::available_parallelism()?.get() as f64;
    let used: [f64; 6] = std::array::from_fn(|index| after[index] - before[index]);
    let others = cores * seconds - used.iter().sum::<f64>();
    let all = USERS.into_iter().zip(used).chain([("others", others)]);
    Ok(all
        .map(|(who, seconds)| (who, seconds / messages * 1e6))
        .collect())
}
