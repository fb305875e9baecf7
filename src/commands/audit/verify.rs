//! `betstream audit verify`: every event and every block against the hash chain.

use std::{process::ExitCode, time::Instant};

use anyhow::bail;
use betstream_events::{
    chain::BlockFault,
    envelope::Position,
    proof::{Mark, end_of, start_of, walk},
    store::{LogIdentity, LogReader},
};
use futures::TryStreamExt;
use serde::Serialize;

use super::{
    heads::{self, Checked},
    read_public,
};
use crate::{
    cli::{Output, VerifyArgs},
    config::Settings,
    progress, store,
};

/// How many faults are kept; the rest is counted.
const MOST_FAULTS: usize = 100;

/// What was found.
#[derive(Serialize)]
struct Verdict {
    /// Whether everything is as it was sealed, and as the kept heads say.
    intact: bool,
    log: String,
    epoch: i64,
    /// The first and the last position that was checked.
    first: i64,
    last: i64,
    events: u64,
    blocks: u64,
    /// How many faults there are.
    found: u64,
    faults: Vec<Fault>,
    heads: Vec<Checked>,
    seconds: f64,
}

/// One fault.
#[derive(Serialize)]
struct Fault {
    kind: &'static str,
    first: i64,
    last: i64,
    message: String,
}

impl From<BlockFault> for Fault {
    fn from(fault: BlockFault) -> Self {
        let places = fault.places();
        Self {
            kind: fault.kind(),
            first: places.first.0,
            last: places.last.0,
            message: fault.to_string(),
        }
    }
}

/// Runs the command: a failure when something is not as it was sealed.
///
/// # Errors
/// When the log does not answer, the range is none of the log's, or a head cannot be used.
pub(super) async fn run(args: &VerifyArgs, settings: &Settings) -> anyhow::Result<ExitCode> {
    let heads = match &args.key {
        Some(key) => heads::read_heads(&args.heads, &read_public(key)?)?,
        None => Vec::new(),
    };
    let log = store::open_to_read(settings).await?;
    let (start, to) = range(&*log, args).await?;
    let mut verdict = verify(&*log, log.identity().await?, start, to).await?;
    verdict.heads = heads::hold(&*log, heads).await?;
    verdict.intact = verdict.found == 0 && verdict.heads.iter().all(Checked::holds);
    match args.output {
        Output::Json => println!("{}", serde_json::to_string_pretty(&verdict)?),
        Output::Table => verdict.show(),
    }
    Ok(if verdict.intact {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// From where to where, in whole blocks.
async fn range(log: &dyn LogReader, args: &VerifyArgs) -> anyhow::Result<(Mark, Position)> {
    let end = end_of(log).await?;
    for (name, said) in [("--from", args.from), ("--to", args.to)] {
        if let Some(said) = said.filter(|said| *said > end.0) {
            bail!("{name} {said} is after the end of the log: its last position is {end}");
        }
    }
    if let (Some(from), Some(to)) = (args.from, args.to)
        && from > to
    {
        bail!("--from {from} is after --to {to}");
    }
    let start = match args.from {
        Some(from) => start_of(log, Position(from)).await?,
        None => Mark::START,
    };
    Ok((start, args.to.map_or(end, Position)))
}

async fn verify(
    log: &dyn LogReader,
    identity: LogIdentity,
    start: Mark,
    to: Position,
) -> anyhow::Result<Verdict> {
    let began = Instant::now();
    let mut verdict = Verdict {
        intact: false,
        log: identity.log.to_string(),
        epoch: identity.epoch,
        first: start.after.next().0,
        last: start.after.0,
        events: 0,
        blocks: 0,
        found: 0,
        faults: Vec::new(),
        heads: Vec::new(),
        seconds: 0.0,
    };
    let bar = progress::bar(u64::try_from(to.0 - start.after.0).unwrap_or(0), "events");
    let mut stretches = std::pin::pin!(walk(log, start, to));
    while let Some(stretch) = stretches.try_next().await? {
        bar.inc(stretch.rows.len() as u64);
        verdict.events += stretch.rows.len() as u64;
        verdict.blocks += stretch.blocks.len() as u64;
        verdict.last = stretch.end.after.0;
        verdict.found += stretch.faults.len() as u64;
        let room = MOST_FAULTS.saturating_sub(verdict.faults.len());
        let faults = stretch.faults.into_iter().map(Fault::from);
        verdict.faults.extend(faults.take(room));
    }
    bar.finish_and_clear();
    verdict.seconds = began.elapsed().as_secs_f64();
    Ok(verdict)
}

impl Verdict {
    fn show(&self) {
        let Self {
            log,
            epoch,
            first,
            last,
            events,
            blocks,
            seconds,
            ..
        } = self;
        println!("log {log}, epoch {epoch}, positions {first} to {last}");
        let rate = *events as f64 / seconds.max(1e-9);
        println!("{events} events in {blocks} blocks, {seconds:.1} s, {rate:.0} events a second");
        heads::show(&self.heads);
        for fault in &self.faults {
            println!("{}", fault.message);
        }
        let more = self.found - self.faults.len() as u64;
        if more > 0 {
            println!("… and {more} more");
        }
        println!(
            "{}",
            if self.intact {
                "everything is as it was sealed"
            } else {
                "the log is NOT as it was sealed"
            }
        );
    }
}
