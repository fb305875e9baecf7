//! How fast every view goes, how old what it misses is, and whether one stands still while the log
//! grows: looked at from without, for a runner that hangs cannot say so itself.

use std::{sync::Arc, time::Duration};

use betstream_events::{
    clock::{Clock, Timestamp},
    envelope::Position,
    store::{LogReader, StoreError},
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{lag::Pace, progress::ViewProgress, runner::ProjectionShared};

/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A view that counts nothing for so long while there is something to count stands still. The
/// longest commit of a view that catches up takes a fraction of it.
const STANDS_AFTER: Duration = Duration::from_secs(10);
/// How much the last second weighs in the rate.
const WEIGHT: f64 = 0.3;

/// Watches every view until it is told to stop.
pub(crate) async fn watch(
    log: Arc<dyn LogReader>,
    shared: Vec<Arc<ProjectionShared>>,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
) {
    let mut gauges: Vec<Gauge> = shared.into_iter().map(Gauge::new).collect();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        for gauge in &mut gauges {
            if let Err(error) = gauge.look(&*log, clock.now()).await {
                tracing::debug!(%error, "the pace of a view is not known now");
            }
        }
    }
}

struct Gauge {
    shared: Arc<ProjectionShared>,
    frontier: Frontier,
    warned: bool,
}

impl Gauge {
    fn new(shared: Arc<ProjectionShared>) -> Self {
        let frontier = Frontier::new(ViewProgress::new(shared.clone()).position());
        Self {
            shared,
            frontier,
            warned: false,
        }
    }

    async fn look(&mut self, log: &dyn LogReader, now: Timestamp) -> Result<(), StoreError> {
        let (head, position) = (log.head().await?.position, *self.shared.progress.borrow());
        let missed = if position < head {
            log.rows_at(&[position.next()]).await?.pop()
        } else {
            None
        };
        let lag_seconds = missed.map_or(0.0, |row| {
            (now.micros() - row.recorded_at.micros()).max(0) as f64 / 1e6
        });
        let asked_to_stand = self.shared.status.is_paused();
        let (rate, stands) = self.frontier.see(position, head, Instant::now());
        let pace = Pace {
            lag_seconds,
            rate,
            stalled: stands && !asked_to_stand,
        };
        self.shared.status.set_pace(pace);
        if pace.stalled && !self.warned {
            tracing::error!(projection = %self.shared.name, %position, %head, lag_seconds, "a view stands still while the log grows");
        } else if self.warned && !pace.stalled {
            tracing::info!(projection = %self.shared.name, %position, %head, "a view goes on");
        }
        self.warned = pace.stalled;
        Ok(())
    }
}

/// Where a view and the log were seen. Pure: who looks says when.
struct Frontier {
    position: Position,
    /// When it last moved, or had nothing to count.
    moved: Option<Instant>,
    seen: Option<Instant>,
    rate: f64,
}

impl Frontier {
    const fn new(position: Position) -> Self {
        Self {
            position,
            moved: None,
            seen: None,
            rate: 0.0,
        }
    }

    /// Takes in a look; gives the rate and whether the view stands still.
    fn see(&mut self, position: Position, head: Position, now: Instant) -> (f64, bool) {
        if let Some(seen) = self.seen.replace(now) {
            let counted = (position.0 - self.position.0).max(0) as f64;
            let seconds = now.duration_since(seen).as_secs_f64().max(0.001);
            self.rate += WEIGHT * (counted / seconds - self.rate);
            if self.rate < 0.05 {
                self.rate = 0.0;
            }
        }
        // A view that is set back, by a reset or a rebuild, moves too.
        if position != self.position || position >= head || self.moved.is_none() {
            self.moved = Some(now);
        }
        self.position = position;
        let stands = self
            .moved
            .is_some_and(|moved| now.duration_since(moved) >= STANDS_AFTER);
        (self.rate, stands)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_stands_still_when_it_counts_nothing_while_there_is_something_to_count() {
        let start = Instant::now();
        let after = |seconds: u64| start + Duration::from_secs(seconds);
        let mut frontier = Frontier::new(Position(0));
        // It had nothing to count for a long time.
        assert_eq!(
            frontier.see(Position(5), Position(5), after(0)),
            (0.0, false)
        );
        assert!(!frontier.see(Position(5), Position(5), after(60)).1);
        // The log grows, and it does not follow.
        assert!(!frontier.see(Position(5), Position(9), after(61)).1);
        assert!(!frontier.see(Position(5), Position(12), after(69)).1);
        assert!(frontier.see(Position(5), Position(12), after(70)).1);
        // One event is enough.
        assert!(!frontier.see(Position(6), Position(12), after(71)).1);
        assert!(frontier.see(Position(6), Position(12), after(81)).1);
    }

    #[test]
    fn the_rate_follows_the_last_seconds() {
        let start = Instant::now();
        let mut frontier = Frontier::new(Position(0));
        let mut rate = 0.0;
        for second in 0..30 {
            let position = Position(second * 1_000);
            rate = frontier
                .see(
                    position,
                    position,
                    start + Duration::from_secs(second as u64),
                )
                .0;
        }
        assert!((900.0..=1_000.0).contains(&rate), "{rate}");
        for second in 30..90 {
            let now = start + Duration::from_secs(second);
            rate = frontier.see(Position(29_000), Position(29_000), now).0;
        }
        assert_eq!(rate, 0.0);
    }
}
