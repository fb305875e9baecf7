//! Live clients on one process, held by `betstream load live` on the same machine.

use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use serde::Deserialize;

use crate::{
    Sizes,
    report::{Line, Report},
    rig::{Rig, Server, binary},
};

/// Events a second, in turn, until one does not reach everybody within a second.
const RATES: [u32; 5] = [10, 15, 20, 30, 40];
/// How many clients connect in a second.
const CONNECT_RATE: u32 = 2_000;

/// Clients of one transport.
pub(crate) struct Live {
    /// `sse` or `ws`.
    pub(crate) transport: &'static str,
}

/// What the load says of a run.
#[derive(Deserialize)]
struct Loaded {
    events: u64,
    events_to_all_within_1s: u64,
    to_each_client: Times,
    to_all_clients: Times,
    memory: Memory,
}

#[derive(Deserialize)]
struct Times {
    count: u64,
    p50_ms: f64,
    p99_ms: f64,
    max_ms: f64,
}

#[derive(Deserialize)]
struct Memory {
    per_client_kb: Option<f64>,
    sockets_per_client_kb: Option<f64>,
}

impl Live {
    pub(crate) async fn run(
        &self,
        name: &str,
        rig: &Rig,
        sizes: Sizes,
        report: &mut Report,
    ) -> anyhow::Result<()> {
        let deployment = rig.deploy().await?;
        let mut held = None;
        for rate in RATES {
            let server = Server::start(&deployment.settings()).await?;
            let before = server.processor_seconds()?;
            let loaded = self.load(&server, sizes, rate).await?;
            let used = server.processor_seconds()? - before;
            let each = loaded.to_each_client;
            report.add(
                Line::new(
                    name,
                    &format!("{rate} events/s to the last client, max",),
                    loaded.to_all_clients.max_ms,
                    "ms",
                )
                .detail("p50", loaded.to_all_clients.p50_ms, "ms")
                .detail("p99", loaded.to_all_clients.p99_ms, "ms")
                .detail("to each p50", each.p50_ms, "ms")
                .detail("to each p99", each.p99_ms, "ms")
                .detail("to each max", each.max_ms, "ms")
                .detail("clients", f64::from(sizes.live), "")
                .detail(
                    "server's processor",
                    used * 1e6 / each.count as f64,
                    "µs a message",
                )
                .detail(
                    "memory",
                    loaded.memory.per_client_kb.unwrap_or(f64::NAN),
                    "kB a client",
                )
                .detail(
                    "sockets, both ends",
                    loaded.memory.sockets_per_client_kb.unwrap_or(f64::NAN),
                    "kB a client",
                ),
            );
            if loaded.events_to_all_within_1s < loaded.events {
                break;
            }
            held = Some(rate);
        }
        deployment.clear().await?;
        let held = held.context("no rate is held")?;
        report.add(Line::new(
            name,
            "held, each event to all within 1 s",
            held.into(),
            "/s",
        ));
        Ok(())
    }

    async fn load(&self, server: &Server, sizes: Sizes, rate: u32) -> anyhow::Result<Loaded> {
        let mut command = Command::new(binary()?);
        command
            .args(["load", "live", "--output", "json"])
            .args(["--url", &format!("http://{}", server.address)])
            .args([format!("--{}", self.transport), sizes.live.to_string()])
            .args(["--connect-rate", &CONNECT_RATE.to_string()])
            .args(["--rate", &rate.to_string()])
            .args(["--seconds", &sizes.seconds.to_string()])
            .args(["--pid", &server.pid().to_string()])
            .stdin(Stdio::null())
            .stderr(Stdio::inherit());
        let output = tokio::task::spawn_blocking(move || command.output()).await??;
        let loaded = serde_json::from_slice(&output.stdout);
        ensure!(
            output.status.success(),
            "a client missed an event, or could not come"
        );
        loaded.context("the load's report is not understood")
    }
}
