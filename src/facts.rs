//! What the conversation may know of the running system.

use std::sync::Arc;

use betstream_actors::ingest::IngestStatus;
use betstream_events::clock::Clock;
use betstream_projections::{
    ProjectionStatus, Projections,
    stats::{FigureSums, ProcessInfo},
};
use betstream_web::{BrokerFigures, SystemFacts, api_types::system::Need};
use parking_lot::Mutex;
use tokio::sync::watch;

use crate::{figures::Figures, needs::Needs};

/// The running system, as the composition sees it.
pub(crate) struct Facts {
    /// This process.
    pub(crate) pod_id: String,
    /// What it stands on.
    pub(crate) needs: Needs,
    /// The projections.
    pub(crate) projections: Arc<Projections>,
    /// Figures of all processes.
    pub(crate) figures: Figures,
    /// Ingest, once it runs.
    pub(crate) ingest: Mutex<Option<watch::Receiver<IngestStatus>>>,
    /// The clock.
    pub(crate) clock: Arc<dyn Clock>,
}

impl SystemFacts for Facts {
    fn pod_id(&self) -> String {
        self.pod_id.clone()
    }

    fn needs(&self) -> Vec<Need> {
        self.needs.now()
    }

    fn projections(&self) -> Vec<ProjectionStatus> {
        self.projections.status()
    }

    fn processes(&self) -> Vec<ProcessInfo> {
        self.figures.processes(self.clock.now())
    }

    fn sums(&self) -> FigureSums {
        self.figures.sums(self.clock.now())
    }

    fn broker(&self) -> BrokerFigures {
        let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        self.ingest
            .lock()
            .as_ref()
            .map_or_else(BrokerFigures::default, |status| {
                let status = status.borrow();
                BrokerFigures {
                    pending_bets: count(status.waiting),
                    lost_bets: count(status.lost_by_broker),
                }
            })
    }
}
