//! BetStream: one binary that takes commands and bets, keeps them in one log, and shows everything
//! live.
//!
//! Here is no logic: [`cli`] says what can be asked, [`config`] what is configured, [`compose`]
//! puts the crates together, and [`commands`] are the verbs.
//!
//! Reading order: [`cli`], [`config`], [`commands::serve`], [`compose`], then what serving needs
//! besides: [`access`], [`needs`], [`figures`], [`facts`], [`heads`], [`broker`], [`stranded`], [`watch`], [`profiling`].
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod access;
mod broker;
mod cli;
mod client;
mod commands;
mod compose;
mod config;
mod facts;
mod figures;
mod heads;
mod needs;
mod profiling;
mod progress;
mod shutdown;
mod store;
mod stranded;
mod telemetry;
mod terminal;
mod views;
mod watch;

use std::process::ExitCode;

use betstream_events::wire::upcast;
use clap::Parser;

use cli::{Cli, ConfigVerb, TokenVerb, Verb};
use config::{Said, Settings};

/// Gives memory back to the system after a burst, and can profile the heap.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("betstream: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> anyhow::Result<ExitCode> {
    let environment = |name: &str| std::env::var(name).ok();
    let said = Said {
        flags: cli.flags(),
        file: cli.settings.config.clone(),
        environment: &environment,
    };
    let settings = Settings::read(&said)?;
    upcast::check_chain().map_err(anyhow::Error::msg)?;
    #[cfg(feature = "fault-points")]
    if let Some(faults) = environment("BETSTREAM_FAULT") {
        betstream_events::fault::arm(&faults)?;
    }
    let serves = matches!(cli.verb, None | Some(Verb::Serve(_)));
    telemetry::messages::start(&settings, serves);
    if serves && settings.admin_listen.is_some() {
        profiling::heap::make_possible();
    }
    let threads = settings.threads;
    let runtime = move || {
        let built = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .enable_all()
            .build();
        built.expect("the system gives threads and sockets to a process that starts")
    };
    actix_rt::System::with_tokio_rt(runtime).block_on(dispatch(cli, &said, &settings))
}

async fn dispatch(cli: &Cli, said: &Said<'_>, settings: &Settings) -> anyhow::Result<ExitCode> {
    match &cli.verb {
        None | Some(Verb::Serve(_)) => commands::serve::run(settings).await?,
        Some(Verb::Simulate(args)) => commands::simulate::run(args, settings).await?,
        Some(Verb::Load(verb)) => return commands::load::run(verb, settings).await,
        Some(Verb::Seed(args)) => commands::seed::run(args, settings).await?,
        Some(Verb::DeadLetters(verb)) => return commands::dead_letters::run(verb, settings).await,
        Some(Verb::Events(verb)) => return commands::events::run(verb, settings).await,
        Some(Verb::State(args)) => commands::history::state(args, settings).await?,
        Some(Verb::Difference(args)) => commands::history::difference(args, settings).await?,
        Some(Verb::History(args)) => commands::history::history(args, settings).await?,
        Some(Verb::Reset(args)) => commands::reset::run(args, settings).await?,
        Some(Verb::Projections(verb)) => commands::projections::run(verb, settings).await?,
        Some(Verb::Reconcile(args)) => return commands::reconcile::run(args, settings).await,
        Some(Verb::Replay(args)) => commands::replay::run(args, settings).await?,
        Some(Verb::Rebuild(args)) => commands::rebuild::run(args, settings).await?,
        Some(Verb::Audit(verb)) => return commands::audit::run(verb, settings).await,
        Some(Verb::Receipt(verb)) => commands::receipt::run(verb, settings).await?,
        Some(Verb::Check(args)) => return commands::check::run(args, settings).await,
        Some(Verb::Token(TokenVerb::New { name, file })) => {
            commands::token::new(name, file.as_deref(), settings)?
        }
        Some(Verb::MigrateFrom(args)) => commands::migrate::run(args, settings).await?,
        Some(Verb::Export(args)) => commands::archive::export(args, settings).await?,
        Some(Verb::Import(args)) => commands::archive::import(args, settings).await?,
        Some(Verb::Backup(args)) => commands::archive::backup(args, settings).await?,
        Some(Verb::Restore(args)) => commands::archive::restore(args, settings).await?,
        Some(Verb::Bundle(verb)) => commands::bundle::run(verb, settings).await?,
        Some(Verb::Health(args)) => return commands::health::run(args, settings).await,
        Some(Verb::Openapi) => commands::openapi::run()?,
        Some(Verb::Completions { shell }) => commands::manual::completions(*shell)?,
        Some(Verb::Man { dir }) => commands::manual::man(dir.as_deref())?,
        Some(Verb::Config(ConfigVerb::Show { output })) => commands::config::show(said, *output)?,
    }
    Ok(ExitCode::SUCCESS)
}
