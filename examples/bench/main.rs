//! Benchmarks, side by side in one run: `make bench` starts private servers and runs this.
//!
//! Every figure stands beside the one that it is compared with, measured on the same machine in
//! the same run, because machines differ and are shared; where a ratio is a promise, both sides are
//! measured more than once, in turn. Lines go to stdout as they come, the whole as a table at the
//! end and as JSON to `target/bench.json`, with the machine and the settings.
//!
//! Reading order: [`catalogue`] lists what there is, [`measures`] holds one file per kind, and
//! [`rig`] what they share: the servers, the binary under test, the load, the raw baselines.

mod catalogue;
mod measures;
mod report;
mod rig;

use clap::Parser;
use serde::Serialize;

use report::Report;

/// Measures this checkout on this machine; run it through `make bench ARGS="…"`.
#[derive(Parser)]
#[command(name = "bench")]
struct Arguments {
    /// What to measure, by name or by the beginning of names (`ingest`, `commands/sqlite`); all when none
    names: Vec<String>,
    /// Only say what there is
    #[arg(long)]
    list: bool,
    #[command(flatten)]
    sizes: Sizes,
}

/// How much is measured.
#[derive(Clone, Copy, Debug, clap::Args, Serialize)]
struct Sizes {
    /// Bets that wait in the stream when ingest starts
    #[arg(long, env = "BETSTREAM_BENCH_BETS", default_value_t = 200_000, value_parser = clap::value_parser!(u32).range(1_000..))]
    bets: u32,
    /// Length of a measurement of single commands, in seconds
    #[arg(long, env = "BETSTREAM_BENCH_SECONDS", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,
    /// Up to how many events the log grows; 20000000 takes a quarter of an hour more
    #[arg(long, env = "BETSTREAM_BENCH_GROWTH", default_value_t = 5_000_000)]
    growth: u32,
    /// How long the log is of which questions are asked, and which is rebuilt
    #[arg(long, env = "BETSTREAM_BENCH_LOG", default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(250_000..))]
    log: u32,
    /// How many live clients listen
    #[arg(long, env = "BETSTREAM_BENCH_LIVE", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=50_000))]
    live: u32,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let chosen = catalogue::choose(&arguments.names)?;
    if arguments.list {
        chosen.iter().for_each(|benchmark| println!("{benchmark}"));
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let rig = rig::Rig::find()?;
        let mut report = Report::new(&rig, arguments.sizes).await?;
        for benchmark in chosen {
            if let Err(error) = benchmark.run(&rig, arguments.sizes, &mut report).await {
                report.fail(benchmark.name(), &error);
            }
            report.save()?;
        }
        report.finish()
    })
}
