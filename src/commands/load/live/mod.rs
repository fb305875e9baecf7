//! `betstream load live`: many live clients, and how soon each hears of each event.
//!
//! The [`crowd`] is all clients on one thread; a [`client`] reads [`sse`] or a [`websocket`] into
//! what it [`heard`], and the [`ledger`] knows who should have heard what. The [`source`] causes
//! the events.

mod client;
mod crowd;
mod heard;
mod ledger;
mod memory;
mod report;
mod seen;
mod source;
mod sse;
mod websocket;

use std::{sync::Arc, time::Duration};

use anyhow::{Context, ensure};
use tokio::sync::{mpsc, oneshot};

use self::{crowd::Guests, memory::Memory, report::LiveReport};
use super::{http::desk::Desk, pacer::Pacer, report as reports, target::Target};
use crate::{cli::LoadLiveArgs, config::Settings};

/// Batches that take turns, so that a command need not wait for the one before it.
const BATCHES: usize = 32;
/// Files that a process needs besides its clients.
const OTHER_FILES: u64 = 100;

/// Runs the command; says whether every client heard every event once and in order.
///
/// # Errors
/// When the server cannot be reached, may not be loaded, or does not let every client in.
pub(super) async fn run(args: &LoadLiveArgs, settings: &Settings) -> anyhow::Result<bool> {
    let clients = args.sse + args.ws;
    ensure!(
        clients > 0,
        "nobody listens: say how many do with --sse or --ws"
    );
    ensure!(
        args.slow < clients,
        "--slow {} leaves none of {clients} clients to look at",
        args.slow
    );
    allow_files(u64::from(clients) + OTHER_FILES)?;
    let target = Target::of(&args.target, settings).await?;
    let desk = Desk::open(&target, BATCHES, args.bets_per_event as usize).await?;
    let guests = Guests {
        address: target.address,
        headers: target.headers.clone(),
        sse: args.sse as usize,
        ws: args.ws as usize,
        connect_rate: args.connect_rate,
        slow: args.slow as usize,
        slow_for: Duration::from_secs(args.slow_seconds.into()),
        reconnect: args.reconnect,
    };
    let before = Memory::now(args.pid, &target.server).await;
    let (tell_gathered, gathered) = oneshot::channel();
    let (tell_answered, answered) = mpsc::unbounded_channel();
    let listening =
        tokio::task::spawn_blocking(move || crowd::run(guests, tell_gathered, answered));
    if gathered.await.is_err() {
        drop(tell_answered);
        listening.await??;
        anyhow::bail!("the clients left before they were all there");
    }
    let pacer = Pacer::start(args.rate, args.seconds);
    let commands =
        source::cause(target.address, Arc::new(desk), pacer.clone(), tell_answered).await;
    let lasted = pacer.started().elapsed();
    let with_clients = Memory::now(args.pid, &target.server).await;
    let ledger = listening.await??;
    let memory = with_clients.since(before, clients as usize);
    let report = LiveReport::new(args, &ledger, (commands, lasted), memory);
    reports::print(&report, args.target.output)?;
    Ok(report.held())
}

/// Lets this process open as many files as it needs.
fn allow_files(needed: u64) -> anyhow::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= needed) {
        return Ok(());
    }
    let most = maximum.unwrap_or(needed);
    ensure!(
        most >= needed,
        "{needed} open files are needed and {most} are allowed: raise `ulimit -n`, or ask for fewer clients"
    );
    let raised = Rlimit {
        current: Some(most),
        maximum,
    };
    setrlimit(Resource::Nofile, raised).context("the limit of open files cannot be raised")
}
