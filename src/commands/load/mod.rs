//! `betstream load`: a steady load on a running server, and what it took.
//!
//! Everything that is sent has a planned moment ([`pacer`]), and times count from there
//! ([`latencies`]). [`http`] asks and commands, [`stream`] publishes bets, [`live`] listens.

mod http;
mod latencies;
mod live;
mod pacer;
mod report;
mod stream;
mod target;

use std::process::ExitCode;

use crate::{cli::LoadVerb, config::Settings};

/// Runs the command; fails when the server did.
///
/// # Errors
/// When the server cannot be reached, or may not be loaded.
pub(crate) async fn run(verb: &LoadVerb, settings: &Settings) -> anyhow::Result<ExitCode> {
    let held = match verb {
        LoadVerb::Http(args) => http::run(args, settings).await?,
        LoadVerb::Stream(args) => stream::run(args, settings).await?,
        LoadVerb::Live(args) => live::run(args, settings).await?,
    };
    Ok(if held {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
