//! How long things took.

use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;

/// The longest time that is told apart from longer ones.
const LONGEST: Duration = Duration::from_secs(600);

/// Times in microseconds, to three digits.
#[derive(Clone)]
pub(super) struct Latencies(Histogram<u64>);

/// What times come to, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Summary {
    pub(super) count: u64,
    pub(super) p50_ms: f64,
    pub(super) p90_ms: f64,
    pub(super) p99_ms: f64,
    pub(super) p999_ms: f64,
    pub(super) max_ms: f64,
}

impl Default for Latencies {
    fn default() -> Self {
        let longest = LONGEST.as_micros() as u64;
        Self(Histogram::new_with_bounds(1, longest, 3).expect("the bounds are in order"))
    }
}

impl Latencies {
    /// Adds one.
    pub(super) fn record(&mut self, took: Duration) {
        self.0
            .saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }

    /// Adds all of another.
    pub(super) fn merge(&mut self, other: &Self) {
        // Both have the same bounds.
        let _same_bounds = self.0.add(&other.0);
    }

    /// How many there are.
    pub(super) fn count(&self) -> u64 {
        self.0.len()
    }

    /// How many took at most this long.
    pub(super) fn within(&self, limit: Duration) -> u64 {
        self.0.count_between(0, limit.as_micros() as u64)
    }

    /// What they come to.
    pub(super) fn summary(&self) -> Summary {
        let at = |share| self.0.value_at_quantile(share) as f64 / 1_000.0;
        Summary {
            count: self.count(),
            p50_ms: at(0.5),
            p90_ms: at(0.9),
            p99_ms: at(0.99),
            p999_ms: at(0.999),
            max_ms: self.0.max() as f64 / 1_000.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_names_the_times_by_their_share() {
        let (mut all, mut half) = (Latencies::default(), Latencies::default());
        for millis in 1..=500 {
            all.record(Duration::from_millis(millis));
            half.record(Duration::from_millis(500 + millis));
        }
        all.merge(&half);
        all.record(Duration::from_secs(10_000));
        let summary = all.summary();
        assert_eq!(summary.count, 1_001);
        assert_eq!(all.within(Duration::from_millis(250)), 250);
        for (is, about) in [
            (summary.p50_ms, 501.0),
            (summary.p90_ms, 901.0),
            (summary.p99_ms, 991.0),
            (summary.max_ms, 600_000.0),
        ] {
            assert!((is - about).abs() <= about / 500.0, "{is} is not {about}");
        }
    }
}
