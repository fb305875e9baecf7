//! Everything put together: what the binary starts, asks and stops.

mod ask;
mod open;

use std::{sync::Arc, time::Duration};

use betstream_events::{
    clock::Clock,
    envelope::{Position, StreamName},
    money::Currency,
    store::{LogReader, StoreError},
    tail::LogTail,
};
use betstream_telemetry::measures::PoolLevels;
use parking_lot::Mutex;
use tokio::{sync::Notify, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    audit::AuditQueries,
    desk::DeskQueries,
    feed::Feed,
    history::PastViews,
    lag::ProjectionStatus,
    markets::{MarketQueries, ToteRules},
    odds::{OddsCounters, RedisError},
    pace,
    progress::ViewProgress,
    projection::ProjectionName,
    rebuild::{
        self, PartError, PartRebuilt, RebuildError, RebuildProgress, RebuildService, RebuildTarget,
    },
    runner::{Ownership, ProjectionShared, Runner, RunningProjection, start},
    stats::StatsQueries,
    verify::{self, Difference, Divergence},
    views::{ViewError, ViewStore, ViewUrl},
};

pub use ask::ControlError;

/// What the projections stand on.
pub struct ProjectionDeps {
    /// The log.
    pub log: Arc<dyn LogReader>,
    /// Its live end in this process.
    pub tail: LogTail,
    /// Where views are kept.
    pub views: ViewUrl,
    /// The address of a Redis for the odds counters (`redis://…` or `host:port`); without one they
    /// are a table of the views.
    pub odds: Option<String>,
    /// Tells the time, for the series of the last seconds.
    pub clock: Arc<dyn Clock>,
    /// The currency of the log.
    pub currency: Currency,
    /// How pools are shared out.
    pub tote: ToteRules,
    /// This process, as the others know it.
    pub keeper: String,
    /// Whether this process may keep views up to date; without it, it reads what others keep.
    pub may_keep: bool,
}

/// Why the projections could not start.
#[derive(Debug, thiserror::Error)]
pub enum ProjectionsError {
    /// The views' database.
    #[error(transparent)]
    Views(#[from] ViewError),
    /// The log.
    #[error(transparent)]
    Log(#[from] StoreError),
    /// The address of the counters' server.
    #[error(transparent)]
    Redis(#[from] RedisError),
}

/// All projections of this process.
pub struct Projections {
    log: Arc<dyn LogReader>,
    tail: LogTail,
    views: Arc<dyn ViewStore>,
    shared: Vec<Arc<ProjectionShared>>,
    ownership: Arc<dyn Ownership>,
    keeper: String,
    clock: Arc<dyn Clock>,
    /// Tells the rebuilds of this process that one was asked for.
    asked: Arc<Notify>,
    desk: DeskQueries,
    past: PastViews,
    markets: MarketQueries,
    odds: Arc<dyn OddsCounters>,
    stats: StatsQueries,
    audit: AuditQueries,
    feed: Feed,
    stop: CancellationToken,
    running: Mutex<Vec<RunningProjection>>,
    /// What runs beside the runners.
    beside: Mutex<Vec<JoinHandle<()>>>,
}

impl Projections {
    /// Opens the views without keeping them up to date: they can be asked, rebuilt and verified.
    ///
    /// # Errors
    /// [`ProjectionsError`] when a database does not answer or cannot be used.
    pub async fn open(deps: ProjectionDeps) -> Result<Self, ProjectionsError> {
        open::open(deps).await
    }

    /// Opens the views, keeps them up to date, and fills the live feed. Must be called within an
    /// actix system: each projection runs on an arbiter of its own.
    ///
    /// # Errors
    /// [`ProjectionsError`] when a database does not answer or cannot be used.
    pub async fn start(deps: ProjectionDeps) -> Result<Self, ProjectionsError> {
        let projections = Self::open(deps).await?;
        projections.start_feed();
        projections.start_runners();
        Ok(projections)
    }

    /// Fills the live feed from now on. A process that keeps no views may still serve clients.
    pub fn start_feed(&self) {
        let follow = crate::feed::follow(
            self.feed.clone(),
            self.log.clone(),
            self.tail.clone(),
            self.stop.clone(),
        );
        self.beside.lock().push(tokio::spawn(follow));
    }

    /// Keeps the views up to date from now on, or stands by while another process does. Must be
    /// called once, within an actix system.
    pub fn start_runners(&self) {
        let runners = self.shared.iter().map(|shared| Runner {
            shared: shared.clone(),
            log: self.log.clone(),
            tail: self.tail.clone(),
            ownership: self.ownership.clone(),
            keeper: self.keeper.clone(),
            stop: self.stop.clone(),
        });
        self.running.lock().extend(runners.map(start));
        let rebuilds = RebuildService {
            log: self.log.clone(),
            shared: self.shared.clone(),
            ownership: self.ownership.clone(),
            asked: self.asked.clone(),
            stop: self.stop.clone(),
        };
        let pace = pace::watch(
            self.log.clone(),
            self.shared.clone(),
            self.clock.clone(),
            self.stop.clone(),
        );
        let mut beside = self.beside.lock();
        beside.extend([tokio::spawn(rebuilds.run()), tokio::spawn(pace)]);
    }

    /// Questions about accounts, batches and bets.
    pub const fn desk(&self) -> &DeskQueries {
        &self.desk
    }

    /// What the history is told from beside the log.
    pub const fn past(&self) -> &PastViews {
        &self.past
    }

    /// Questions about markets.
    pub const fn markets(&self) -> &MarketQueries {
        &self.markets
    }

    /// The odds counters.
    pub const fn odds(&self) -> &Arc<dyn OddsCounters> {
        &self.odds
    }

    /// Questions about statistics.
    pub const fn stats(&self) -> &StatsQueries {
        &self.stats
    }

    /// Questions about events.
    pub const fn audit(&self) -> &AuditQueries {
        &self.audit
    }

    /// The live feed.
    pub const fn feed(&self) -> &Feed {
        &self.feed
    }

    /// Up to where a view has counted, to be waited for.
    pub fn progress(&self, name: ProjectionName) -> ViewProgress {
        ViewProgress::new(self.of(name).clone())
    }

    /// Waits until every view has counted `position`, at most `timeout`. Says whether all have.
    pub async fn wait_until(&self, position: Position, timeout: Duration) -> bool {
        let waits = ProjectionName::ALL.map(|name| {
            let progress = self.progress(name);
            async move { progress.wait_until(position, timeout).await }
        });
        futures::future::join_all(waits)
            .await
            .into_iter()
            .all(|reached| reached)
    }

    /// How each projection stands.
    pub fn status(&self) -> Vec<ProjectionStatus> {
        self.shared
            .iter()
            .map(|shared| shared.status.read())
            .collect()
    }

    /// How the views' connections for reads are used now.
    pub fn pool(&self) -> PoolLevels {
        self.views.pool()
    }

    /// Whether every view was found once, with the server that keeps it: what `/health` waits for.
    pub fn is_ready(&self) -> bool {
        self.shared.iter().all(|shared| shared.status.is_known())
    }

    /// Rebuilds from the log, while the old answers stay. An interrupted rebuild goes on where it
    /// was.
    ///
    /// # Errors
    /// [`RebuildError`]; the old answers stay then.
    pub async fn rebuild(
        &self,
        target: RebuildTarget,
        on_progress: impl Fn(RebuildProgress) + Sync,
    ) -> Result<(), RebuildError> {
        let covered = self
            .shared
            .iter()
            .filter(|shared| target.covers(shared.name));
        let targets: Vec<Arc<ProjectionShared>> = covered.cloned().collect();
        rebuild::rebuild(&self.log, &targets, &on_progress, &self.stop).await
    }

    /// Rebuilds the part of a view that `stream` makes, and replaces it in one commit.
    ///
    /// # Errors
    /// [`PartError`]; the view is as it was then.
    pub async fn rebuild_part(
        &self,
        name: ProjectionName,
        stream: &StreamName,
    ) -> Result<PartRebuilt, PartError> {
        rebuild::rebuild_part(&self.log, self.of(name), stream).await
    }

    /// Builds a view once more from nothing and compares it with the running one at the same
    /// position. No difference means that they are equal, row by row.
    ///
    /// # Errors
    /// [`RebuildError`] when that could not be done.
    pub async fn verify(&self, name: ProjectionName) -> Result<Vec<Difference>, RebuildError> {
        verify::verify(&self.log, self.of(name)).await
    }

    /// Compares a view with the log and names what differs, field by field, each with the event from
    /// which on it does; the one whose event comes first, first.
    ///
    /// # Errors
    /// [`RebuildError`] when that could not be done.
    pub async fn reconcile(&self, name: ProjectionName) -> Result<Vec<Divergence>, RebuildError> {
        verify::reconcile(&self.log, self.of(name)).await
    }

    /// Ends the feed's readers, commits what is in hand and stops.
    pub async fn stop(&self) {
        self.stop.cancel();
        let beside = std::mem::take(&mut *self.beside.lock());
        let running = std::mem::take(&mut *self.running.lock());
        let _ended_either_way = futures::future::join_all(beside).await;
        futures::future::join_all(running.into_iter().map(RunningProjection::ended)).await;
    }

    fn of(&self, name: ProjectionName) -> &Arc<ProjectionShared> {
        // `open` makes one for each name, in the order of the enum.
        &self.shared[name as usize]
    }
}

impl std::fmt::Debug for Projections {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Projections")
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}
