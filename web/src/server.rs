//! The server: what it stands on, how it starts, and how it stops.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use actix_web::{App, HttpServer, dev::ServerHandle, web::ServiceConfig};
use betstream_actors::{
    handle::{AccountCommands, BatchCommands, DeadLetterCommands, ProjectionDecider},
    intake::StreamBets,
};
use betstream_events::{clock::Clock, proof::Prover, store::EventStore};
use betstream_projections::{
    ProjectionName, Projections, audit::AuditQueries, desk::DeskQueries, feed::Feed,
    history::PastViews, markets::MarketQueries, odds::OddsCounters, progress::ViewProgress,
    stats::StatsQueries,
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{
    access::{AccessMode, TrustedProxies},
    limits::Limits,
    live::{Ticker, TickerDeps},
    operations::{
        holding, metrics::MetricsPage, readiness::Readiness, simulation::Simulator,
        system::SystemFacts,
    },
    provide::Shared,
    routes, sockets,
};

/// How long requests in hand may take once the server stops; live streams have ended by then.
const FINISH_WITHIN: Duration = Duration::from_secs(5);
/// How long a server that takes no new connections serves those that it has, each for one more answer. A
/// proxy that keeps them would else send a request into one that is being closed, and could not tell whether
/// a command was carried out. Long enough for those that are in use, short beside two seconds for all of
/// stopping.
const LET_GO_WITHIN: Duration = Duration::from_millis(400);
/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Everything that the conversation stands on.
pub struct WebDeps {
    /// Where it listens.
    pub listeners: Listeners,
    /// What of the conversation there is.
    pub part: ServedPart,
    /// Who may ask.
    pub access: AccessMode,
    /// Proxies whose word on whom they ask for is taken.
    pub proxies: TrustedProxies,
    /// Commands to accounts.
    pub accounts: AccountCommands,
    /// Commands to batches.
    pub batches: BatchCommands,
    /// The way in for stream bets.
    pub bets: StreamBets,
    /// Commands to dead letters.
    pub dead_letters: DeadLetterCommands,
    /// Decisions about projections.
    pub projection_decider: ProjectionDecider,
    /// The projections themselves, to be looked after.
    pub projections: Arc<Projections>,
    /// Where questions are answered.
    pub views: Views,
    /// The log: where it ends, what became of the stream's messages, and its dead letters.
    pub log: Arc<dyn EventStore>,
    /// Signs for the log, where there is a key.
    pub prover: Option<Arc<Prover>>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// What the composition knows of the running system.
    pub system: Arc<dyn SystemFacts>,
    /// Whether the process takes work.
    pub readiness: Readiness,
    /// What `/metrics` shows; without it the page is empty.
    pub metrics: Option<MetricsPage>,
    /// How much may be asked for.
    pub limits: Limits,
    /// How many threads serve requests.
    pub workers: usize,
    /// Cancelled when the process stops: live streams end, and with them the simulated feed.
    pub shutdown: CancellationToken,
}

/// How much of the conversation a process serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServedPart {
    /// All of it.
    Everything,
    /// Health and metrics: others serve the rest.
    Operations,
}

/// Where questions are answered.
#[derive(Clone)]
pub struct Views {
    /// Accounts, batches and bets.
    pub desk: DeskQueries,
    /// Up to where the desk has counted.
    pub desk_progress: ViewProgress,
    /// Games and pools.
    pub markets: MarketQueries,
    /// Up to where the markets have counted.
    pub market_progress: ViewProgress,
    /// Totals, the series and refusals.
    pub stats: StatsQueries,
    /// Odds updates.
    pub odds: Arc<dyn OddsCounters>,
    /// Events by what they are.
    pub audit: AuditQueries,
    /// Up to where the index of the log has counted.
    pub audit_progress: ViewProgress,
    /// Live messages.
    pub feed: Feed,
    /// What the past is told from beside the log.
    pub past: PastViews,
}

impl Views {
    /// The views that `projections` keep.
    pub fn of(projections: &Projections) -> Self {
        Self {
            desk: projections.desk().clone(),
            desk_progress: projections.progress(ProjectionName::Desk),
            markets: projections.markets().clone(),
            market_progress: projections.progress(ProjectionName::Markets),
            stats: projections.stats().clone(),
            odds: projections.odds().clone(),
            audit: projections.audit().clone(),
            audit_progress: projections.progress(ProjectionName::Audit),
            feed: projections.feed().clone(),
            past: projections.past().clone(),
        }
    }
}

/// Sockets that are bound, so that a taken port is known before anything else is done.
#[derive(Debug)]
pub struct Listeners(Vec<TcpListener>);

impl Listeners {
    /// How many connections wait to be accepted.
    const BACKLOG: u32 = 4_096;

    /// Binds every address.
    ///
    /// # Errors
    /// The first address that cannot be bound, named.
    pub fn bind(addresses: &[SocketAddr]) -> io::Result<Self> {
        let bind = |address: &SocketAddr| {
            let listener = TcpListener::bind(address);
            let name_it =
                |error: io::Error| io::Error::new(error.kind(), format!("{address}: {error}"));
            listener.map_err(name_it)
        };
        addresses
            .iter()
            .map(bind)
            .collect::<io::Result<_>>()
            .map(Self)
    }

    /// The addresses, with the ports that the system chose.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.0
            .iter()
            .filter_map(|listener| listener.local_addr().ok())
            .collect()
    }

    /// Refuses new connections, whoever else holds the sockets.
    fn refuse(&self) {
        for listener in &self.0 {
            if let Err(error) = rustix::net::shutdown(listener, rustix::net::Shutdown::Both) {
                tracing::debug!(%error, "a listener is closed already");
            }
        }
    }

    fn try_clone(&self) -> io::Result<Self> {
        self.0
            .iter()
            .map(TcpListener::try_clone)
            .collect::<io::Result<_>>()
            .map(Self)
    }
}

/// Starts a server on listeners and gives its handle and its task. (A macro, because the types of an
/// `HttpServer` cannot be written down.)
macro_rules! run_on {
    ($server:expr, $listeners:expr) => {{
        let mut server = $server
            .backlog(Listeners::BACKLOG)
            .keep_alive(KEEP_ALIVE)
            .tcp_nodelay(true)
            .on_connect(sockets::prepare)
            .shutdown_timeout(FINISH_WITHIN.as_secs())
            .disable_signals();
        for listener in $listeners.0 {
            server = server.listen(listener)?;
        }
        let server = server.run();
        let handle = server.handle();
        (handle, tokio::spawn(server))
    }};
}

/// The conversation, running.
pub struct Server {
    addresses: Vec<SocketAddr>,
    listeners: Listeners,
    handle: ServerHandle,
    running: JoinHandle<io::Result<()>>,
    shutdown: CancellationToken,
    feed: Feed,
    ticker: Ticker,
    simulator: Simulator,
}

impl Server {
    /// Starts to serve.
    ///
    /// # Errors
    /// When a listener cannot be used.
    pub fn start(deps: WebDeps) -> io::Result<Self> {
        let WebDeps {
            listeners,
            views,
            shutdown,
            ..
        } = &deps;
        let addresses = listeners.addresses();
        let (feed, shutdown) = (views.feed.clone(), shutdown.clone());
        let ticker = Ticker::start(TickerDeps::of(&deps), shutdown.clone());
        let simulator = Simulator::new(deps.bets.clone(), deps.clock.clone(), shutdown.clone());
        let (workers, listeners) = (deps.workers.max(1), deps.listeners.try_clone()?);
        let kept = deps.listeners.try_clone()?;
        let configure: fn(&mut ServiceConfig) = match deps.part {
            ServedPart::Everything => routes::configure,
            ServedPart::Operations => routes::configure_operations,
        };
        let shared = Shared::of(deps, ticker.clone(), simulator.clone());
        let server = HttpServer::new(move || {
            App::new()
                .wrap(shared.envelope())
                .configure(|config| shared.provide(config))
                .configure(configure)
        });
        let (handle, running) = run_on!(server.workers(workers), listeners);
        Ok(Self {
            addresses,
            listeners: kept,
            handle,
            running,
            shutdown,
            feed,
            ticker,
            simulator,
        })
    }

    /// Where it listens.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Ends live streams with a reason, refuses new connections, lets go of the others, finishes the
    /// requests in hand.
    pub async fn stop(self) {
        self.shutdown.cancel();
        self.feed.close();
        self.ticker.stop();
        self.simulator.stop();
        self.handle.pause().await;
        self.listeners.refuse();
        tokio::time::sleep(LET_GO_WITHIN).await;
        self.handle.stop(true).await;
        match self.running.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the server ended badly"),
            Err(error) => tracing::error!(%error, "the server ended badly"),
        }
    }
}

/// What answers while the process is not ready: alive, and nothing else.
pub struct HoldingServer {
    handle: ServerHandle,
    running: JoinHandle<io::Result<()>>,
}

impl HoldingServer {
    /// Answers on `listeners` until the full server takes over: `/livez` is 200, everything else
    /// a 503 that says that the server is starting.
    ///
    /// # Errors
    /// When a listener cannot be used.
    pub fn start(listeners: &Listeners) -> io::Result<Self> {
        let server = HttpServer::new(|| App::new().configure(holding::configure)).workers(1);
        let (handle, running) = run_on!(server, listeners.try_clone()?);
        Ok(Self { handle, running })
    }

    /// Gives the listeners free; connections that wait there are the next server's.
    pub async fn stop(self) {
        self.handle.stop(true).await;
        let _ended = self.running.await;
    }
}
