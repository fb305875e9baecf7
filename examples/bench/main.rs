//! Benchmarks, side by side in one run: `make bench` starts private servers and runs this.
//!
//! Every figure stands beside the one that it is compared with, measured on the same machine in
//! the same run, because machines differ and are shared. The table goes to stdout, the same as
//! JSON to `target/bench.json`. `BETSTREAM_BENCH_BETS` sets the number of stream bets (200,000).

mod commands;
mod http;
mod ingest;
mod raw_copy;
mod report;
mod server;

use anyhow::Context;

use report::Report;

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(run())
}

async fn run() -> anyhow::Result<()> {
    let bets: usize = match std::env::var("BETSTREAM_BENCH_BETS") {
        Ok(text) => text
            .parse()
            .with_context(|| format!("BETSTREAM_BENCH_BETS {text:?} is no number"))?,
        Err(_) => 200_000,
    };
    let mut report = Report::new();
    commands::run(&mut report).await?;
    for markets in [100, 1, 10_000] {
        ingest::run(&mut report, bets, markets).await?;
    }
    report.print()?;
    Ok(())
}
