//! The figures of all processes, merged. Pure: who hears them says when.

use std::collections::BTreeMap;

use betstream_events::clock::Timestamp;

use super::view::{ProcessFigures, ProcessInfo};

/// A process that says nothing for so long is gone: it speaks once a second.
const SILENCE_MICROS: i64 = 5_000_000;

/// The latest figures of every process that was heard of lately.
#[derive(Clone, Debug, Default)]
pub struct MergedFigures {
    processes: BTreeMap<String, (ProcessFigures, Timestamp)>,
}

/// Sums over the processes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FigureSums {
    /// Bets a second.
    pub bets_per_second: f64,
    /// Database failures.
    pub db_failures: i64,
    /// Redis failures.
    pub redis_failures: i64,
    /// Database failures a second.
    pub db_failures_per_second: f64,
    /// Redis failures a second.
    pub redis_failures_per_second: f64,
}

impl MergedFigures {
    /// Takes what a process said at `now`, and forgets those that are silent.
    pub fn hear(&mut self, figures: ProcessFigures, now: Timestamp) {
        self.processes.retain(|_, (_, seen)| is_alive(*seen, now));
        self.processes
            .insert(figures.pod_id.clone(), (figures, now));
    }

    /// Sums over the processes that are alive at `now`.
    pub fn sums(&self, now: Timestamp) -> FigureSums {
        self.alive(now)
            .fold(FigureSums::default(), |sums, (figures, _)| FigureSums {
                bets_per_second: sums.bets_per_second + figures.bets_per_second,
                db_failures: sums.db_failures + figures.db_failures,
                redis_failures: sums.redis_failures + figures.redis_failures,
                db_failures_per_second: sums.db_failures_per_second
                    + figures.db_failures_per_second,
                redis_failures_per_second: sums.redis_failures_per_second
                    + figures.redis_failures_per_second,
            })
    }

    /// The processes that are alive at `now`, by name.
    pub fn processes(&self, now: Timestamp) -> Vec<ProcessInfo> {
        self.alive(now)
            .map(|(figures, last_seen)| ProcessInfo {
                pod_id: figures.pod_id.clone(),
                bets_per_second: figures.bets_per_second,
                total_bets: figures.total_bets,
                last_seen: *last_seen,
            })
            .collect()
    }

    fn alive(&self, now: Timestamp) -> impl Iterator<Item = &(ProcessFigures, Timestamp)> {
        self.processes
            .values()
            .filter(move |(_, seen)| is_alive(*seen, now))
    }
}

const fn is_alive(seen: Timestamp, now: Timestamp) -> bool {
    now.micros() - seen.micros() <= SILENCE_MICROS
}
