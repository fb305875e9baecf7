//! What ingest is doing, looked at four times a second.

use std::time::Duration;

use betstream_telemetry::measures::ingest;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{IngestDeps, consumer};

/// How often the stream's levels are read.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// What ingest is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IngestStatus {
    /// Whether it pulls.
    pub state: IngestState,
    /// Bets that wait on the stream: not delivered, or delivered and not acknowledged.
    pub waiting: u64,
    /// Bets that the broker dropped before anybody took them, on a stream that discards old ones.
    pub lost_by_broker: u64,
}

/// Whether ingest pulls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum IngestState {
    /// Not yet.
    #[default]
    Starting,
    /// It does.
    Pulling,
    /// It lost the stream and comes back.
    Reconnecting {
        /// Why.
        reason: String,
    },
    /// No more.
    Stopped,
}

/// Keeps the levels of `status` fresh until `stop`.
pub(super) async fn watch(
    deps: IngestDeps,
    status: watch::Sender<IngestStatus>,
    stop: CancellationToken,
) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        let levels = tokio::select! {
            () = stop.cancelled() => return,
            levels = consumer::levels(&deps.client, &deps.names) => levels,
        };
        let Ok(levels) = levels else { continue };
        let lost = if levels.discards_old {
            lost_by_broker(&deps, levels.left).await
        } else {
            0
        };
        ingest::PENDING.set(levels.pending as f64);
        ingest::IN_FLIGHT.set(levels.in_hand as f64);
        ingest::REDELIVERED.set(levels.redelivered as f64);
        ingest::LOST.set(lost as f64);
        let oldest = levels
            .oldest
            .map(|oldest| (deps.clock.now().micros() - oldest.micros()).max(0));
        ingest::LAG.set(oldest.unwrap_or(0) as f64 / 1e6);
        status.send_modify(|status| {
            status.waiting = levels.pending + levels.in_hand;
            status.lost_by_broker = lost;
        });
    }
}

/// What left the stream beyond what all processes took off it, by the log's own counts.
async fn lost_by_broker(deps: &IngestDeps, left: u64) -> u64 {
    match deps.store.outcome_counts().await {
        Ok(counts) => {
            let taken =
                counts.recorded + counts.already_recorded + counts.refused + counts.dead_letters;
            left.saturating_sub(taken.unsigned_abs())
        }
        Err(error) => {
            tracing::debug!(%error, "the counts of outcomes cannot be read now");
            0
        }
    }
}
