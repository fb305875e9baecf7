//! What handlers are given, each thing by its own type.

use std::sync::Arc;

use actix_web::web::{Data, ServiceConfig};
use betstream_actors::{
    handle::{AccountCommands, BatchCommands, DeadLetterCommands, ProjectionDecider},
    intake::StreamBets,
};
use betstream_events::{clock::Clock, money::Currency, proof::Prover, store::EventStore};
use betstream_projections::{
    Projections, audit::AuditQueries, desk::DeskQueries, feed::Feed, history::HistoryQueries,
    markets::MarketQueries, odds::OddsCounters, stats::StatsQueries,
};
use tokio_util::sync::CancellationToken;

use crate::{
    access::{AccessMode, TrustedProxies},
    envelope::Envelope,
    freshness::{OwnWrites, Reads},
    limits::Limits,
    live::{LiveClients, Ticker},
    operations::{
        metrics::MetricsPage, readiness::Readiness, simulation::Simulator, system::SystemFacts,
    },
    server::{Views, WebDeps},
};

/// Who signs for the log; nobody without a key.
pub(crate) struct Signer(pub(crate) Option<Arc<Prover>>);

/// Everything that handlers are given; one copy for all workers.
#[derive(Clone)]
pub(crate) struct Shared {
    access: Data<AccessMode>,
    proxies: TrustedProxies,
    accounts: Data<AccountCommands>,
    batches: Data<BatchCommands>,
    bets: Data<StreamBets>,
    dead_letters: Data<DeadLetterCommands>,
    projection_decider: Data<ProjectionDecider>,
    projections: Data<Projections>,
    currency: Currency,
    own: Data<OwnWrites>,
    desk: Data<Reads<DeskQueries>>,
    markets: Data<Reads<MarketQueries>>,
    stats: Data<StatsQueries>,
    audit: Data<Reads<AuditQueries>>,
    odds: Data<dyn OddsCounters>,
    feed: Data<Feed>,
    history: Data<HistoryQueries>,
    log: Data<dyn EventStore>,
    signer: Data<Signer>,
    clock: Data<dyn Clock>,
    system: Data<dyn SystemFacts>,
    readiness: Data<Readiness>,
    metrics: Data<Option<MetricsPage>>,
    limits: Limits,
    live: Data<LiveClients>,
    ticker: Data<Ticker>,
    simulator: Data<Simulator>,
    shutdown: Data<CancellationToken>,
}

impl Shared {
    pub(crate) fn of(deps: WebDeps, ticker: Ticker, simulator: Simulator) -> Self {
        let Views {
            desk,
            desk_progress,
            markets,
            market_progress,
            stats,
            odds,
            audit,
            audit_progress,
            feed,
            past,
        } = deps.views;
        let own = Arc::new(OwnWrites::since(desk_progress.position()));
        Self {
            access: Data::new(deps.access),
            proxies: deps.proxies,
            accounts: Data::new(deps.accounts),
            batches: Data::new(deps.batches),
            currency: deps.bets.currency(),
            bets: Data::new(deps.bets),
            dead_letters: Data::new(deps.dead_letters),
            projection_decider: Data::new(deps.projection_decider),
            projections: Data::from(deps.projections),
            desk: Data::new(Reads::new(desk, desk_progress, own.clone())),
            markets: Data::new(Reads::new(markets, market_progress, own.clone())),
            audit: Data::new(Reads::new(audit, audit_progress, own.clone())),
            own: Data::from(own),
            stats: Data::new(stats),
            odds: Data::from(odds),
            feed: Data::new(feed),
            history: Data::new(HistoryQueries::new(deps.log.clone(), past)),
            log: Data::from(deps.log),
            signer: Data::new(Signer(deps.prover)),
            clock: Data::from(deps.clock),
            system: Data::from(deps.system),
            readiness: Data::new(deps.readiness),
            metrics: Data::new(deps.metrics),
            limits: deps.limits,
            live: Data::new(LiveClients::new(deps.limits.live_connections_per_client)),
            ticker: Data::new(ticker),
            simulator: Data::new(simulator),
            shutdown: Data::new(deps.shutdown),
        }
    }

    /// What every request goes through.
    pub(crate) fn envelope(&self) -> Envelope {
        let (access, proxies) = (self.access.clone(), self.proxies.clone());
        let stopping = self.shutdown.get_ref().clone();
        Envelope::new(access, proxies, self.clock.clone(), self.limits, stopping)
    }

    /// Gives handlers their things.
    pub(crate) fn provide(&self, config: &mut ServiceConfig) {
        config
            .app_data(self.access.clone())
            .app_data(self.accounts.clone())
            .app_data(self.batches.clone())
            .app_data(self.bets.clone())
            .app_data(self.dead_letters.clone())
            .app_data(self.projection_decider.clone())
            .app_data(self.projections.clone())
            .app_data(Data::new(self.currency))
            .app_data(self.own.clone())
            .app_data(self.desk.clone())
            .app_data(self.markets.clone())
            .app_data(self.stats.clone())
            .app_data(self.audit.clone())
            .app_data(self.odds.clone())
            .app_data(self.feed.clone())
            .app_data(self.history.clone())
            .app_data(self.log.clone())
            .app_data(self.signer.clone())
            .app_data(self.clock.clone())
            .app_data(self.system.clone())
            .app_data(self.readiness.clone())
            .app_data(self.metrics.clone())
            .app_data(Data::new(self.limits))
            .app_data(self.live.clone())
            .app_data(self.ticker.clone())
            .app_data(self.simulator.clone())
            .app_data(self.shutdown.clone());
    }
}
