//! Opening: choose the databases and wire the projections to them.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use super::{ProjectionDeps, Projections, ProjectionsError};
use crate::{
    audit::{self, AuditQueries},
    desk::{Desk, DeskQueries},
    feed::Feed,
    history::PastViews,
    markets::{MarketQueries, Markets, Pricing},
    odds::{Odds, OddsCounters, RedisCounters, RedisSink, TableCounters},
    progress::ViewProgress,
    runner::{AlwaysOwner, NeverOwner, Ownership, ProjectionShared, Sink, ViewSink},
    stats::{Stats, StatsQueries},
    views::{
        Counted, ViewStore, ViewUrl,
        postgres::{PostgresOwnership, PostgresViews},
        sqlite::SqliteViews,
    },
};

pub(super) async fn open(deps: ProjectionDeps) -> Result<Projections, ProjectionsError> {
    let ProjectionDeps {
        log,
        tail,
        views,
        odds,
        clock,
        currency,
        tote,
        keeper,
        may_keep,
    } = deps;
    let head = log.head().await?;
    let pricing = Pricing {
        currency,
        rules: tote,
    };
    let (views, ownership) = connect(&views, may_keep).await?;
    let redis = odds.as_deref().map(RedisCounters::connect).transpose()?;
    if let Some(counters) = redis.clone() {
        tokio::spawn(async move { counters.warn_of_unfit_settings().await });
    }
    let odds_sink: Arc<dyn Sink> = match &redis {
        Some(counters) => RedisSink::new(counters.clone()),
        None => ViewSink::<Odds>::new(views.clone()),
    };

    let desk = ProjectionShared::new(ViewSink::<Desk>::new(views.clone()), views.clone());
    let markets = ProjectionShared::new(ViewSink::<Markets>::new(views.clone()), views.clone());
    let odds = ProjectionShared::new(odds_sink, views.clone());
    let stats = ProjectionShared::new(ViewSink::<Stats>::new(views.clone()), views.clone());
    let audit = ProjectionShared::new(audit::sink(views.clone(), log.clone()), views.clone());
    let progress = |shared: &Arc<ProjectionShared>| ViewProgress::new(shared.clone());

    let counters: Arc<dyn OddsCounters> = match redis {
        Some(counters) => Arc::new(counters),
        None => Arc::new(TableCounters::new(views.clone(), progress(&odds))),
    };
    Ok(Projections {
        feed: Feed::new(log.clone(), head.identity, head.position),
        past: PastViews::new(views.clone(), progress(&desk), progress(&markets), pricing),
        desk: DeskQueries::new(views.clone(), progress(&desk), currency),
        markets: MarketQueries::new(views.clone(), progress(&markets), pricing),
        odds: counters,
        stats: StatsQueries::new(views.clone(), progress(&stats), currency, clock.clone()),
        audit: AuditQueries::new(views.clone(), log.clone(), log.clone(), progress(&audit)),
        views,
        shared: vec![desk, markets, odds, stats, audit],
        log,
        tail,
        ownership,
        keeper,
        clock,
        asked: Arc::default(),
        stop: CancellationToken::new(),
        running: Mutex::default(),
        beside: Mutex::default(),
    })
}

async fn connect(
    url: &ViewUrl,
    may_keep: bool,
) -> Result<(Arc<dyn ViewStore>, Arc<dyn Ownership>), ProjectionsError> {
    let (views, ownership): (Arc<dyn ViewStore>, Arc<dyn Ownership>) = match url {
        ViewUrl::Sqlite(path) => (
            Arc::new(Counted(SqliteViews::open(path)?)),
            Arc::new(AlwaysOwner),
        ),
        ViewUrl::Postgres(url) => (
            Arc::new(Counted(PostgresViews::connect(url).await?)),
            Arc::new(PostgresOwnership::new(url)),
        ),
    };
    Ok(if may_keep {
        (views, ownership)
    } else {
        (views, Arc::new(NeverOwner))
    })
}
