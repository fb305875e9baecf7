//! When things are due: a steady pace that nobody's slowness changes.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use tokio::sync::Semaphore;

/// Shortest sleep between two looks at what is due: a runtime's timer, which counts milliseconds,
/// would add half a one to every time that is measured.
const LOOK_EVERY: Duration = Duration::from_micros(100);

/// Gives out planned moments in order, each when it has come. Whoever is free takes the next one.
pub(super) struct Pacer {
    plan: Plan,
    due: Semaphore,
    next: AtomicU64,
    ended: AtomicBool,
}

/// A planned moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ticket {
    /// How many came before it.
    pub(super) number: u64,
    /// The moment itself.
    pub(super) due: Instant,
}

/// So many moments, so many a second.
#[derive(Clone, Copy)]
struct Plan {
    started: Instant,
    per_second: u32,
    count: u64,
}

impl Plan {
    fn due(&self, number: u64) -> Instant {
        let nanos = u128::from(number) * 1_000_000_000 / u128::from(self.per_second);
        self.started + Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}

impl Pacer {
    /// A pace of `per_second` for `seconds`, from now on; an interrupt (Ctrl-C) ends it early.
    pub(super) fn start(per_second: u32, seconds: u32) -> Arc<Self> {
        let plan = Plan {
            started: Instant::now(),
            per_second,
            count: u64::from(per_second) * u64::from(seconds),
        };
        let pacer = Arc::new(Self {
            plan,
            due: Semaphore::new(0),
            next: AtomicU64::new(0),
            ended: AtomicBool::new(false),
        });
        let told = pacer.clone();
        thread::spawn(move || told.tell());
        let interrupted = pacer.clone();
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                interrupted.ended.store(true, Ordering::Relaxed);
                interrupted.due.add_permits(1);
            }
        });
        pacer
    }

    /// When it began.
    pub(super) fn started(&self) -> Instant {
        self.plan.started
    }

    /// Waits for the next moment that nobody has taken; none when all are taken.
    pub(super) async fn next(&self) -> Option<Ticket> {
        // The semaphore is never closed.
        let permit = self.due.acquire().await.ok()?;
        // The one permit past the last is handed on from one to the other.
        if self.ended.load(Ordering::Relaxed) {
            return None;
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        (number < self.plan.count).then(|| {
            permit.forget();
            Ticket {
                number,
                due: self.plan.due(number),
            }
        })
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a thread of its own, which nothing else waits for"
    )]
    fn tell(&self) {
        let mut told = 0;
        while told < self.plan.count && !self.ended.load(Ordering::Relaxed) {
            let now = Instant::now();
            let next = self.plan.due(told);
            if next > now {
                thread::sleep((next - now).max(LOOK_EVERY));
                continue;
            }
            let passed = now.duration_since(self.plan.started).as_nanos();
            let due = passed * u128::from(self.plan.per_second) / 1_000_000_000 + 1;
            let due = u64::try_from(due).unwrap_or(u64::MAX).min(self.plan.count);
            let more = due.saturating_sub(told).max(1);
            self.due
                .add_permits(usize::try_from(more).unwrap_or(usize::MAX));
            told += more;
        }
        self.due.add_permits(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_moment_is_given_out_once_in_order_and_never_early() {
        let pacer = Pacer::start(2_000, 1);
        let takers = (0..4).map(|_| {
            let pacer = pacer.clone();
            tokio::spawn(async move {
                let mut taken = Vec::new();
                while let Some(ticket) = pacer.next().await {
                    assert!(ticket.due <= Instant::now());
                    taken.push(ticket.number);
                }
                taken
            })
        });
        let mut all = Vec::new();
        for taken in futures::future::join_all(takers).await {
            let taken = taken.unwrap();
            assert!(taken.is_sorted());
            all.extend(taken);
        }
        all.sort_unstable();
        assert_eq!(all, (0..pacer.plan.count).collect::<Vec<_>>());
        assert!(pacer.started().elapsed() >= Duration::from_millis(999));
    }
}
