//! An operator's commands while ingest runs flat out, beside the same on an idle server.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use betstream_events::ids::fresh_id;

use super::desk::Desk;
use crate::{
    Sizes,
    report::{Line, Report},
    rig::{Latencies, Messages, Mix, Outcomes, Progress, Rig, Server, open_loop},
};

/// Operators, each on a connection and in a batch of its own.
const OPERATORS: usize = 16;
/// How often each of them sends a command: a hundred a second together. One that takes longer than
/// this makes the next one late.
const EVERY: Duration = Duration::from_millis(160);

/// Commands beside ingest.
pub(crate) struct Fairness {
    /// How many processes share the stream; operators are spread over them.
    pub(crate) processes: usize,
}

impl Fairness {
    pub(crate) async fn run(
        &self,
        name: &str,
        rig: &Rig,
        sizes: Sizes,
        report: &mut Report,
    ) -> anyhow::Result<()> {
        let deployment = rig.deploy().await?;
        let settings = deployment.settings();
        let servers = Server::start_several(self.processes, &settings).await?;
        let desk = Desk::with_batches(servers[0].address, OPERATORS).await?;
        let stop_idle = Arc::new(AtomicBool::new(false));
        let (idle, ()) = tokio::try_join!(
            operate(&servers, &desk, stop_idle.clone()),
            after(Duration::from_secs(sizes.seconds.into()), stop_idle),
        )?;
        drop(servers);

        // Enough that there are commands to count from; a start is not ingest.
        let messages = Messages::new(Mix::PLAIN, fresh_id(), 3 * sizes.bets as usize);
        deployment.publish(messages.iter()).await?;
        let servers = Server::start_several(self.processes, &settings).await?;
        let progress = Progress::of(&deployment.database_url).await?;
        let first = progress.reaches(0).await?;
        let started = Instant::now();
        let stop = Arc::new(AtomicBool::new(false));
        let (busy, ingested) = tokio::try_join!(
            operate(&servers, &desk, stop.clone()),
            ingested(&progress, messages.outcomes(), stop),
        )?;
        let seconds = started.elapsed().as_secs_f64();
        let rate = (ingested.sum() - first.sum()) as f64 / seconds;
        drop(servers);
        deployment.clear().await?;

        report.add(
            Line::new(name, "PATCH, p99", busy.within_ms(0.99), "ms")
                .beside("idle", idle.within_ms(0.99))
                .detail("p50", busy.within_ms(0.5), "ms")
                .detail("max", busy.within_ms(1.0), "ms")
                .detail("idle p50", idle.within_ms(0.5), "ms")
                .detail("idle max", idle.within_ms(1.0), "ms")
                .detail("commands", busy.count() as f64, "")
                .detail("at", busy.rate(), "/s")
                .detail("beside ingest of", rate, "bets/s"),
        );
        Ok(())
    }
}

/// Changes statuses at a steady pace until `stop`.
async fn operate(
    servers: &[Server],
    desk: &Desk,
    stop: Arc<AtomicBool>,
) -> anyhow::Result<Latencies> {
    let addresses: Vec<SocketAddr> = (0..OPERATORS)
        .map(|operator| servers[operator % servers.len()].address)
        .collect();
    open_loop(&addresses, EVERY, stop, desk.changing(OPERATORS)).await
}

async fn after(duration: Duration, stop: Arc<AtomicBool>) -> anyhow::Result<()> {
    tokio::time::sleep(duration).await;
    stop.store(true, Ordering::Relaxed);
    Ok(())
}

/// Waits for the last bet; operators stop with it.
async fn ingested(
    progress: &Progress,
    expected: Outcomes,
    stop: Arc<AtomicBool>,
) -> anyhow::Result<Outcomes> {
    let reached = progress.reaches(expected.sum() - 1).await;
    stop.store(true, Ordering::Relaxed);
    reached
}
