//! How many bets are due.

use std::time::Duration;

use tokio::time::Instant;

/// A steady pace that is held on average: who is late catches up.
pub(super) struct Pace {
    started: Instant,
    /// Time between two bets; none for as fast as they are taken.
    interval: Option<Duration>,
    count: u64,
    sent: u64,
}

impl Pace {
    /// `count` bets, one every `interval`; all at once when that is zero.
    pub(super) fn new(interval: Duration, count: u64) -> Self {
        let interval = (!interval.is_zero()).then_some(interval);
        Self {
            started: Instant::now(),
            interval,
            count,
            sent: 0,
        }
    }

    /// Waits until at least one bet is due and takes up to `most` of those that are; none when all
    /// have been taken.
    pub(super) async fn due(&mut self, most: u64) -> Option<u64> {
        let left = self.count - self.sent;
        if left == 0 {
            return None;
        }
        let due = match self.interval {
            None => left,
            Some(interval) => {
                let next = interval.as_nanos() * u128::from(self.sent);
                let next = Duration::from_nanos(u64::try_from(next).unwrap_or(u64::MAX));
                tokio::time::sleep_until(self.started + next).await;
                let passed = self.started.elapsed().as_nanos() / interval.as_nanos() + 1;
                u64::try_from(passed)
                    .unwrap_or(u64::MAX)
                    .saturating_sub(self.sent)
                    .max(1)
            }
        };
        let taken = due.min(left).min(most);
        self.sent += taken;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_pace_is_held_on_average() {
        let started = Instant::now();
        let mut pace = Pace::new(Duration::from_millis(10), 100);
        let mut sent = 0;
        while let Some(due) = pace.due(500).await {
            sent += due;
            if sent == 50 {
                tokio::time::advance(Duration::from_millis(200)).await;
            }
        }
        assert_eq!(sent, 100);
        assert_eq!(started.elapsed().as_millis(), 990);
    }

    #[tokio::test(start_paused = true)]
    async fn without_an_interval_everything_is_due_at_once() {
        let started = Instant::now();
        let mut pace = Pace::new(Duration::ZERO, 1_200);
        let mut groups = Vec::new();
        while let Some(due) = pace.due(500).await {
            groups.push(due);
        }
        assert_eq!(
            (groups, started.elapsed()),
            (vec![500, 500, 200], Duration::ZERO)
        );
    }
}
