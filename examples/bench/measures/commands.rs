//! Single commands and lists, each beside a bare `/health` of the same server.

use anyhow::Context;

use super::desk::Desk;
use crate::{
    Sizes,
    report::{Line, Report},
    rig::{Latencies, Request, Rig, Server, closed_loop, get, request},
};

/// How far the store grows before lists are read again.
const MANY_BETS: usize = 30_000;

/// Where the log and its views are.
#[derive(Clone, Copy)]
pub(crate) enum Database {
    /// A file.
    Sqlite,
    /// The private servers.
    Postgres,
}

/// Commands by a number of clients at once.
pub(crate) struct Commands {
    pub(crate) database: Database,
    pub(crate) clients: usize,
}

impl Commands {
    pub(crate) async fn run(
        &self,
        name: &str,
        rig: &Rig,
        sizes: Sizes,
        report: &mut Report,
    ) -> anyhow::Result<()> {
        let deployment = match self.database {
            Database::Sqlite => None,
            Database::Postgres => Some(rig.deploy().await?),
        };
        let settings = deployment.as_ref().map(|deployment| deployment.settings());
        let server = Server::start(&settings.unwrap_or_default()).await?;
        let bench = Bench {
            name,
            server: &server,
            clients: self.clients,
            seconds: sizes.seconds,
        };
        bench.run(report).await?;
        drop(server);
        match deployment {
            Some(deployment) => deployment.clear().await,
            None => Ok(()),
        }
    }
}

/// One server under one number of clients.
struct Bench<'a> {
    name: &'a str,
    server: &'a Server,
    clients: usize,
    seconds: u32,
}

impl Bench<'_> {
    async fn run(&self, report: &mut Report) -> anyhow::Result<()> {
        let memory = self.server.resident_memory_mb()?;
        let desk = Desk::open(self.server.address).await?;
        let health = self.load(always(request("GET", "/health", ""))).await?;
        let line = self.line("/health", &health);
        report.add(line.detail("memory before", memory, "MB"));
        let beside =
            |what: &str, load: &Latencies| self.line(what, load).beside("/health", health.rate());

        let accounts = self.load(always(desk.accounts())).await?;
        report.add(beside("GET accounts (5)", &accounts));
        let batches = self.load(always(desk.batches())).await?;
        report.add(beside("GET 5 batches of 15 bets", &batches));

        let before = self.position().await?;
        let changing = self.load(desk.changing(1)).await?;
        let events = (self.position().await? - before) as f64;
        let line = beside("PATCH that changes a status", &changing);
        report.add(line.detail("events, with warming up", events, ""));
        let repeating = self.load(always(desk.repeating())).await?;
        report.add(beside("PATCH that repeats a status", &repeating));
        let creating = self.load(always(desk.creating().await?)).await?;
        report.add(beside("POST a batch of 3 bets", &creating));

        desk.grow(MANY_BETS).await?;
        let grown = self.load(always(desk.batches())).await?;
        let line = beside("GET 5 batches, over 30,000 bets stored", &grown);
        report.add(line.beside("before", batches.rate()));
        Ok(())
    }

    async fn load(
        &self,
        next: impl Fn(usize, usize) -> Request + Clone + Send + Sync + 'static,
    ) -> anyhow::Result<Latencies> {
        closed_loop(self.server.address, self.clients, self.seconds, next).await
    }

    fn line(&self, what: &str, load: &Latencies) -> Line {
        Line::new(self.name, what, load.rate(), "/s")
            .detail("p50", load.within_ms(0.5), "ms")
            .detail("p99", load.within_ms(0.99), "ms")
            .detail("max", load.within_ms(1.0), "ms")
    }

    async fn position(&self) -> anyhow::Result<i64> {
        let system = get(self.server.address, "/api/v1/system").await?;
        system["position"].as_i64().context("no position")
    }
}

/// The same request each time.
fn always(request: Request) -> impl Fn(usize, usize) -> Request + Clone + Send + Sync + 'static {
    move |_, _| request.clone()
}
