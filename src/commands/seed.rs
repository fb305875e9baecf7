//! `betstream seed`: the sample data, into the running server.

use serde::Deserialize;

use crate::{cli::SeedArgs, client::Server, config::Settings};

#[derive(Deserialize)]
struct Report {
    accounts: u64,
    batches: u64,
    bets: u64,
}

/// Runs the command.
///
/// # Errors
/// When the server cannot be reached, or has a sample account already.
pub(crate) async fn run(args: &SeedArgs, settings: &Settings) -> anyhow::Result<()> {
    let server = Server::of(&args.server, settings)?;
    let Report {
        accounts,
        batches,
        bets,
    } = server.post("/api/v1/samples", String::new()).await?;
    println!(
        "{} has {accounts} accounts with {batches} batches and {bets} bets more",
        server.url()
    );
    Ok(())
}
