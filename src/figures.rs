//! Figures by the second: this process's own, told to the others, and everybody's, merged.

use std::{sync::Arc, time::Duration};

use betstream_actors::{intake::IntakeFigures, peers::Peers};
use betstream_events::{
    clock::{Clock, Timestamp},
    money::Currency,
};
use betstream_projections::{
    odds::OddsCounters,
    stats::{FigureSums, MergedFigures, ProcessFigures, ProcessInfo},
};
use parking_lot::Mutex;
use tokio::{sync::broadcast, time::MissedTickBehavior};
use tokio_util::sync::CancellationToken;

/// The figures of all processes that were heard of lately; cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Figures {
    merged: Arc<Mutex<MergedFigures>>,
}

/// Where this process's own figures come from.
pub(crate) struct OwnFigures {
    /// This process.
    pub(crate) pod_id: String,
    /// Bets that it took.
    pub(crate) intake: Arc<IntakeFigures>,
    /// Failures of Redis.
    pub(crate) odds: Arc<dyn OddsCounters>,
    /// The currency of the values.
    pub(crate) currency: Currency,
    /// Who hears them, where there are others.
    pub(crate) peers: Option<Peers>,
    /// The clock.
    pub(crate) clock: Arc<dyn Clock>,
}

impl Figures {
    /// Sums over the processes.
    pub(crate) fn sums(&self, now: Timestamp) -> FigureSums {
        self.merged.lock().sums(now)
    }

    /// The processes.
    pub(crate) fn processes(&self, now: Timestamp) -> Vec<ProcessInfo> {
        self.merged.lock().processes(now)
    }

    /// Tells and hears figures until `stop`.
    pub(crate) fn keep(&self, own: OwnFigures, stop: CancellationToken) {
        if let Some(peers) = &own.peers {
            tokio::spawn(
                self.clone()
                    .hear(peers.figures(), own.clock.clone(), stop.clone()),
            );
        }
        tokio::spawn(self.clone().tell(own, stop));
    }

    async fn tell(self, own: OwnFigures, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(Duration::from_secs(1));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut last = own.read(&ProcessFigures::default(), 1.0);
        let mut last_at = own.clock.now();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = ticks.tick() => {}
            }
            let now = own.clock.now();
            let seconds = (now.micros() - last_at.micros()) as f64 / 1e6;
            if seconds <= 0.0 {
                continue;
            }
            let figures = own.read(&last, seconds);
            self.merged.lock().hear(figures.clone(), now);
            if let (Some(peers), Ok(text)) = (&own.peers, serde_json::to_vec(&figures)) {
                peers.publish_figures(text.into()).await;
            }
            (last, last_at) = (figures, now);
        }
    }

    async fn hear(
        self,
        mut heard: broadcast::Receiver<bytes::Bytes>,
        clock: Arc<dyn Clock>,
        stop: CancellationToken,
    ) {
        loop {
            let text = tokio::select! {
                () = stop.cancelled() => return,
                text = heard.recv() => text,
            };
            match text {
                // Others may publish on the subject too; what is not understood is not counted.
                Ok(text) => match serde_json::from_slice::<ProcessFigures>(&text) {
                    Ok(figures) => self.merged.lock().hear(figures, clock.now()),
                    Err(error) => tracing::debug!(%error, "figures that cannot be read"),
                },
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return,
            }
        }
    }
}

impl OwnFigures {
    /// The figures now, with rates over the `seconds` since `last`.
    fn read(&self, last: &ProcessFigures, seconds: f64) -> ProcessFigures {
        let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let total_bets = count(self.intake.recorded());
        let db_failures = count(self.intake.deferred());
        let redis_failures = count(self.odds.failures());
        let rate = |now: i64, before: i64| (now - before) as f64 / seconds;
        ProcessFigures {
            pod_id: self.pod_id.clone(),
            total_bets,
            total_value: self.intake.value_minor() as f64 / self.currency.minor_per_unit() as f64,
            db_failures,
            redis_failures,
            bets_per_second: rate(total_bets, last.total_bets).round(),
            db_failures_per_second: rate(db_failures, last.db_failures).round(),
            redis_failures_per_second: rate(redis_failures, last.redis_failures).round(),
        }
    }
}

/// This process's name: `HOSTNAME`, else the machine's name and the process's number.
pub(crate) fn pod_id(environment: impl Fn(&str) -> Option<String>) -> String {
    environment("HOSTNAME")
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| {
            let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
            let host = if host.trim().is_empty() {
                "localhost"
            } else {
                host.trim()
            };
            format!("{host}:{}", std::process::id())
        })
}
