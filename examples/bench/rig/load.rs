//! Load on a server, and how long its answers took.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use tokio::{task::JoinSet, time::sleep_until};

use super::http::{Connection, Request};

/// How long connections run before answers count.
const WARM_UP: Duration = Duration::from_millis(500);

/// How long answers took, in order of length.
pub(crate) struct Latencies {
    micros: Vec<u32>,
    lasted: Duration,
}

impl Latencies {
    async fn gather(
        mut tasks: JoinSet<anyhow::Result<Vec<u32>>>,
        lasted: Duration,
    ) -> anyhow::Result<Self> {
        let mut micros = Vec::new();
        while let Some(task) = tasks.join_next().await {
            micros.extend(task??);
        }
        micros.sort_unstable();
        if micros.is_empty() {
            bail!("no answers came");
        }
        Ok(Self { micros, lasted })
    }

    pub(crate) fn count(&self) -> usize {
        self.micros.len()
    }

    /// Answers a second.
    pub(crate) fn rate(&self) -> f64 {
        self.count() as f64 / self.lasted.as_secs_f64()
    }

    /// The time within which this share (0 to 1) of the answers came, in milliseconds.
    pub(crate) fn within_ms(&self, share: f64) -> f64 {
        let last = self.count() - 1;
        let index = (self.count() as f64 * share) as usize;
        f64::from(self.micros[index.min(last)]) / 1000.0
    }
}

/// Keeps `connections` busy for `seconds` with the requests that `next` gives for (connection,
/// turn): each sends when the last was answered. Every answer must be below 300.
pub(crate) async fn closed_loop(
    address: SocketAddr,
    connections: usize,
    seconds: u32,
    next: impl Fn(usize, usize) -> Request + Clone + Send + Sync + 'static,
) -> anyhow::Result<Latencies> {
    let lasted = Duration::from_secs(seconds.into());
    let warm_until = Instant::now() + WARM_UP;
    let until = warm_until + lasted;
    let mut tasks = JoinSet::new();
    for connection in 0..connections {
        let next = next.clone();
        tasks.spawn(async move {
            let mut opened = Connection::open(address).await?;
            let mut micros = Vec::new();
            for turn in 0.. {
                let request = next(connection, turn);
                let started = Instant::now();
                if started >= until {
                    break;
                }
                answered(&mut opened, &request).await?;
                if started >= warm_until {
                    micros.push(started.elapsed().as_micros() as u32);
                }
            }
            Ok(micros)
        });
    }
    Latencies::gather(tasks, lasted).await
}

/// Sends one request every `interval` on a connection to each of `addresses`, whether or not the
/// last was answered in time, until `stop`: an answer's time counts from when its request was due,
/// so that waiting behind a slow one is not left out.
pub(crate) async fn open_loop(
    addresses: &[SocketAddr],
    interval: Duration,
    stop: Arc<AtomicBool>,
    next: impl Fn(usize, usize) -> Request + Clone + Send + Sync + 'static,
) -> anyhow::Result<Latencies> {
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for (connection, address) in addresses.iter().copied().enumerate() {
        let (next, stop) = (next.clone(), stop.clone());
        let offset = interval * connection as u32 / addresses.len() as u32;
        tasks.spawn(async move {
            let mut opened = Connection::open(address).await?;
            let mut micros = Vec::new();
            for turn in 0_u32.. {
                let due = started + offset + interval * turn;
                sleep_until(due.into()).await;
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                answered(&mut opened, &next(connection, turn as usize)).await?;
                micros.push(due.elapsed().as_micros() as u32);
            }
            Ok(micros)
        });
    }
    let mut latencies = Latencies::gather(tasks, Duration::ZERO).await?;
    latencies.lasted = started.elapsed();
    Ok(latencies)
}

async fn answered(connection: &mut Connection, request: &Request) -> anyhow::Result<()> {
    let answer = connection.send(request).await.context("no answer")?;
    if answer.status >= 300 {
        let said = String::from_utf8_lossy(answer.body);
        bail!("{} {said}", answer.status);
    }
    Ok(())
}
