//! One ticker for everybody: once a second the figures are put together and written, and every
//! live client is handed the same texts. Nobody listens, nothing is asked.

use std::{sync::Arc, time::Duration};

use betstream_events::envelope::Position;
use betstream_projections::QueryError;
use tokio::{
    sync::broadcast,
    time::{MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

pub use super::figures::TickerDeps;
use super::figures::{ChangedMarkets, tagged};

/// How often figures are sent.
const EVERY: Duration = Duration::from_secs(1);
/// How many ticks a slow client may lag before it must come again.
const TICKS_KEPT: usize = 8;

/// The figures of one second, as they are sent.
#[derive(Clone, Debug)]
pub struct Tick {
    /// The figures, with their type in front.
    pub stats: Arc<str>,
    /// The markets that changed, with their type in front; none when none did.
    pub odds: Option<Arc<str>>,
}

/// Hands out the figures of each second; cheap to clone.
#[derive(Clone, Debug)]
pub struct Ticker {
    ticks: broadcast::Sender<Tick>,
    stop: CancellationToken,
}

impl Ticker {
    /// Starts to tick, until `shutdown`. Must be called within a tokio runtime.
    pub fn start(deps: TickerDeps, shutdown: CancellationToken) -> Self {
        let stop = shutdown.child_token();
        let ticks = broadcast::Sender::new(TICKS_KEPT);
        tokio::spawn(run(deps, ticks.clone(), stop.clone()));
        Self { ticks, stop }
    }

    /// Every tick from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Tick> {
        self.ticks.subscribe()
    }

    /// Ticks no more.
    pub fn stop(&self) {
        self.stop.cancel();
    }
}

async fn run(deps: TickerDeps, ticks: broadcast::Sender<Tick>, stop: CancellationToken) {
    let mut every = interval(EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Skip);
    // Up to where markets were told; while nobody listens, what they would have been told.
    let mut told = deps.market_progress.position();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = every.tick() => {}
        }
        if ticks.receiver_count() == 0 {
            told = deps.market_progress.position();
            continue;
        }
        match tick(&deps, told).await {
            Ok((tick, up_to)) => {
                told = up_to;
                let _everybody_left = ticks.send(tick);
            }
            Err(error) => tracing::debug!(%error, "this second has no figures"),
        }
    }
}

async fn tick(deps: &TickerDeps, since: Position) -> Result<(Tick, Position), QueryError> {
    let stats = deps.stats().await?;
    let (markets, up_to) = deps.changed_markets(since).await?;
    let written = |json: serde_json::Result<String>| {
        json.map(Arc::from)
            .map_err(|error| QueryError::Counters(error.to_string()))
    };
    let odds = match markets.as_slice() {
        [] => None,
        markets => Some(written(tagged("odds", &ChangedMarkets { markets }))?),
    };
    Ok((
        Tick {
            stats: written(tagged("stats", &stats))?,
            odds,
        },
        up_to,
    ))
}
