//! `betstream load stream`: bets published to the bet stream at a steady rate.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use async_nats::jetstream::{self, Context, stream::Stream};
use betstream_events::clock::{Clock, SystemClock};
use betstream_web::operations::generator::BetGenerator;
use futures::{StreamExt, stream::FuturesUnordered};
use serde::Serialize;
use tokio::time::{sleep, timeout};

use super::{
    latencies::{Latencies, Summary},
    pacer::{Pacer, Ticket},
    report::{self, Report},
    target,
};
use crate::{cli::LoadStreamArgs, config::Settings};

/// Most publishes under way: a broker that falls further behind is waited for.
const WINDOW: usize = 16 * 1024;
/// How often the broker is asked how many bets wait.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How long the server may take, after the last bet, until none waits.
const TAKEN_WITHIN: Duration = Duration::from_secs(120);

/// Runs the command; says whether the broker kept every bet and the server took them.
///
/// # Errors
/// When the broker cannot be reached, may not be loaded, or has no such stream.
pub(super) async fn run(args: &LoadStreamArgs, settings: &Settings) -> anyhow::Result<bool> {
    let url = settings.nats.as_deref().context(
        "there is no bet stream to publish to: name the broker with NATS_URL=nats://HOST:PORT",
    )?;
    let context = jetstream::new(connect(url, args.allow_remote).await?);
    let names = &settings.stream;
    let stream = context.get_stream(&names.stream).await.with_context(|| {
        format!("there is no stream {:?} at {url}; the server makes it, start it with NATS_URL={url} betstream", names.stream)
    })?;
    let pacer = Pacer::start(args.rate, args.seconds);
    let mut most_waiting = 0;
    let published = tokio::select! {
        published = publish(args, settings, &context, &pacer) => published?,
        never = watch(&stream, &names.consumer, &mut most_waiting) => never,
    };
    let ended = Instant::now();
    let taken = timeout(TAKEN_WITHIN, none_waits(&stream, &names.consumer)).await;
    let report = StreamReport {
        rate_asked: args.rate,
        rate_kept: published.latencies.count() as f64 / (ended - pacer.started()).as_secs_f64(),
        kept: published.latencies.count(),
        refused: published.refused,
        most_waiting,
        all_taken: taken.is_ok(),
        taken_after_seconds: ended.elapsed().as_secs_f64(),
        latency: published.latencies.summary(),
    };
    report::print(&report, args.output)?;
    Ok(report.refused == 0 && report.all_taken)
}

async fn connect(url: &str, allow_remote: bool) -> anyhow::Result<async_nats::Client> {
    let servers: Vec<&str> = url.split(',').collect();
    for server in &servers {
        let address: async_nats::ServerAddr = server.parse()?;
        target::find(address.host(), address.port(), allow_remote).await?;
    }
    async_nats::connect(servers)
        .await
        .with_context(|| format!("the bet stream at {url} cannot be reached"))
}

/// What the broker made of the bets.
#[derive(Default)]
struct Published {
    latencies: Latencies,
    refused: u64,
}

impl Published {
    fn count(&mut self, acknowledged: Option<Instant>) {
        match acknowledged {
            Some(due) => self.latencies.record(due.elapsed()),
            None => self.refused += 1,
        }
    }
}

/// Publishes every bet when it is due.
async fn publish(
    args: &LoadStreamArgs,
    settings: &Settings,
    context: &Context,
    pacer: &Pacer,
) -> anyhow::Result<Published> {
    let mut bets = BetGenerator::new(args.games, true).with_decimals(settings.currency.decimals());
    let mut published = Published::default();
    let mut window = FuturesUnordered::new();
    loop {
        // What was kept is counted first, or its time would grow while more is sent.
        let ticket = tokio::select! {
            biased;
            Some(acknowledged) = window.next() => {
                published.count(acknowledged);
                continue;
            }
            ticket = pacer.next(), if window.len() < WINDOW => ticket,
        };
        let Some(Ticket { due, .. }) = ticket else {
            break;
        };
        let bet = serde_json::to_vec(&bets.next(SystemClock.now()))?;
        let sent = context
            .publish(settings.stream.subject.clone(), bet.into())
            .await;
        let acknowledgement = sent.context("a bet could not be published")?;
        window.push(async move { acknowledgement.await.is_ok().then_some(due) });
    }
    while let Some(acknowledged) = window.next().await {
        published.count(acknowledged);
    }
    Ok(published)
}

/// Bets that the server has not taken yet; none while the consumer cannot be asked.
async fn waiting(stream: &Stream, consumer: &str) -> Option<u64> {
    let info = stream.consumer_info(consumer).await.ok()?;
    Some(info.num_pending + info.num_ack_pending as u64)
}

/// Keeps the most that ever waited.
async fn watch<T>(stream: &Stream, consumer: &str, most: &mut u64) -> T {
    loop {
        *most = (*most).max(waiting(stream, consumer).await.unwrap_or(0));
        sleep(LOOK_EVERY).await;
    }
}

async fn none_waits(stream: &Stream, consumer: &str) {
    while waiting(stream, consumer).await != Some(0) {
        sleep(LOOK_EVERY).await;
    }
}

/// What a run came to.
#[derive(Serialize)]
struct StreamReport {
    rate_asked: u32,
    rate_kept: f64,
    /// Bets that the broker acknowledged.
    kept: u64,
    refused: u64,
    /// The most bets that the server had yet to take.
    most_waiting: u64,
    /// Whether the server took them all in the end.
    all_taken: bool,
    /// How long that took after the last was kept.
    taken_after_seconds: f64,
    /// From the planned moment until the broker had kept it.
    latency: Summary,
}

impl Report for StreamReport {
    fn figures(&self) -> Vec<(String, String)> {
        let taken = if self.all_taken {
            format!("after {:.1} s more", self.taken_after_seconds)
        } else {
            format!(
                "not after {} s: is a server at work on the stream?",
                TAKEN_WITHIN.as_secs()
            )
        };
        let figures = [
            (
                "bets a second",
                format!("{:.0} of {} asked for", self.rate_kept, self.rate_asked),
            ),
            ("kept by the broker", self.kept.to_string()),
            ("refused by the broker", self.refused.to_string()),
            (
                "most that waited for the server",
                self.most_waiting.to_string(),
            ),
            ("all taken by the server", taken),
        ];
        figures
            .map(|(name, figure)| (name.to_owned(), figure))
            .into()
    }

    fn times(&self) -> Vec<(String, Summary)> {
        vec![("kept, from the planned moment".to_owned(), self.latency)]
    }
}
