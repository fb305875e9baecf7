//! What a cycle has for itself: a database, streams, the doors that are open, the ledger.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicU32, AtomicU64},
    },
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio::sync::OnceCell;

use crate::{
    ledger::Ledger,
    load::Desk,
    log::Log,
    plan::{Database, Plan},
    support::{PATIENCE, Server, World, http::Api, server::run, server::words, streams::Streams},
};

/// How long a client waits for an answer before it tries again, elsewhere if it can.
const CLIENT_PATIENCE: Duration = Duration::from_secs(4);

/// What a cycle has for itself.
pub(crate) struct Site {
    pub(crate) plan: Plan,
    pub(crate) world: World,
    pub(crate) streams: Option<Streams>,
    pub(crate) ledger: Ledger,
    /// The account and the batch that the operators work on.
    pub(crate) desk: OnceCell<Desk>,
    /// How many bets have a number.
    pub(crate) bets: AtomicU32,
    /// How many loads there were: no two draw the same.
    pub(crate) loads: AtomicU64,
    doors: Mutex<Vec<Api>>,
}

impl Site {
    /// An empty one.
    pub(crate) async fn new(plan: Plan) -> Self {
        let world = match plan.database {
            Database::Sqlite => World::sqlite(),
            Database::Postgres => World::postgres().await,
        };
        let streams = if plan.roads.stream {
            let streams = Streams::new().await;
            streams.make().await;
            Some(streams)
        } else {
            None
        };
        let world = match &streams {
            Some(streams) => streams.within(world),
            None => world,
        };
        Self::over(plan, world, streams)
    }

    /// One over a world that was made already.
    pub(crate) fn over(plan: Plan, world: World, streams: Option<Streams>) -> Self {
        Self {
            plan,
            world,
            streams,
            ledger: Ledger::default(),
            desk: OnceCell::new(),
            bets: AtomicU32::new(0),
            loads: AtomicU64::new(0),
            doors: Mutex::default(),
        }
    }

    /// Starts a process, perhaps with a fault.
    pub(crate) fn start(&self, fault: Option<&str>) -> Server {
        let arguments = ["serve", "--listen", "127.0.0.1:0"];
        let more: Vec<(&str, &str)> = fault
            .map(|fault| ("BETSTREAM_FAULT", fault))
            .into_iter()
            .collect();
        Server::spawn(&self.world, &arguments, &more)
    }

    /// Waits until `server` listens and opens a door to it; says whether it lived that long.
    pub(crate) async fn open(&self, server: &mut Server) -> bool {
        let listens = wait_until("a process listens", || {
            let ended = server.end().is_some();
            server.listens_at().map(Some).or(ended.then_some(None))
        });
        let Some(url) = listens.await else {
            return false;
        };
        server.api = Api::at(&url);
        self.lead_to(&[&*server]);
        true
    }

    /// From now on clients find these processes, and no others.
    pub(crate) fn lead_to(&self, servers: &[&Server]) {
        let doors = servers
            .iter()
            .map(|server| Api::within(&server.api.url, CLIENT_PATIENCE));
        *self.doors.lock().expect("no panic") = doors.collect();
    }

    /// One of the open doors, by a number drawn.
    pub(crate) fn door(&self, drawn: usize) -> Option<Api> {
        let doors = self.doors.lock().expect("no panic");
        (!doors.is_empty()).then(|| doors[drawn % doors.len()].clone())
    }

    /// Waits until `server` is healthy.
    pub(crate) async fn healthy(&self, server: &mut Server) {
        assert!(self.open(server).await, "it ended: {}", server.words());
        let api = server.api.clone();
        let deadline = Instant::now() + PATIENCE;
        while api.get("/health").await.status != 200 {
            assert!(server.end().is_none(), "it ended: {}", server.words());
            assert!(
                Instant::now() < deadline,
                "never healthy: {}",
                server.words()
            );
            pause().await;
        }
    }

    /// Waits until nothing waits: no message on the stream, and no view behind the log.
    pub(crate) async fn at_rest(&self, server: &Server) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let waits = self.waits(server).await;
            let Some(what) = waits else { return };
            assert!(
                Instant::now() < deadline,
                "it hangs: {what}\n{}",
                server.words()
            );
            pause().await;
        }
    }

    async fn waits(&self, server: &Server) -> Option<String> {
        if let Some(streams) = &self.streams {
            let waiting = streams.waiting().await;
            if waiting > 0 {
                return Some(format!("{waiting} messages wait"));
            }
        }
        let answer = server.api.get("/api/v1/system").await;
        if answer.status != 200 {
            return Some(answer.text);
        }
        let system = answer.json();
        let behind = |view: &&Value| view["position"].as_i64() < system["position"].as_i64();
        let views = system["projections"].as_array().expect("projections");
        views.iter().find(behind).map(Value::to_string)
    }

    /// Waits until so much more is acknowledged that everything works again.
    pub(crate) async fn more_is_acknowledged(&self) {
        /// How many acknowledgements more show that.
        const MORE: usize = 100;
        let before = self.ledger.acknowledged();
        wait_until("more is acknowledged", || {
            (self.ledger.acknowledged() >= before + MORE).then_some(())
        })
        .await;
    }

    /// The log as it is now.
    pub(crate) async fn log(&self) -> Log {
        Log::read(&self.world).await
    }

    /// What `betstream check` finds broken.
    pub(crate) async fn check(&self) -> Vec<String> {
        let checked = run(&self.world, &["check", "--output", "json"]).await;
        let Ok(report) = serde_json::from_slice::<Value>(&checked.stdout) else {
            return vec![format!("check: {}", words(&checked))];
        };
        if checked.status.success() && report["holds"] == true {
            return Vec::new();
        }
        let findings = report["findings"].as_array().cloned().unwrap_or_default();
        let broken = findings.iter().filter(|finding| finding["broken"] != 0);
        broken.map(|finding| format!("check: {finding}")).collect()
    }
}

/// Between two looks.
pub(crate) async fn pause() {
    tokio::time::sleep(Duration::from_millis(5)).await;
}

/// Waits until `condition` gives something, with short pauses in between.
pub(crate) async fn wait_until<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = condition() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        pause().await;
    }
}
