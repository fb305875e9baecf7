//! What this process took since its start, for the live figures.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use betstream_events::{
    metadata::Road,
    money::{Currency, Money},
};
use betstream_telemetry::measures::ingest;

use crate::market::{BetOutcome, SentBet};

/// This process's own counts since its start.
#[derive(Debug, Default)]
pub struct IntakeFigures {
    recorded: AtomicU64,
    value_minor: AtomicI64,
    deferred: AtomicU64,
}

impl IntakeFigures {
    /// How many bets it recorded.
    pub fn recorded(&self) -> u64 {
        self.recorded.load(Ordering::Relaxed)
    }

    /// Their amounts together, in minor units.
    pub fn value_minor(&self) -> i64 {
        self.value_minor.load(Ordering::Relaxed)
    }

    /// How often the store could not take a bet.
    pub fn deferred(&self) -> u64 {
        self.deferred.load(Ordering::Relaxed)
    }

    pub(super) fn count(&self, road: Road, outcomes: &[BetOutcome], amounts_minor: &[i64]) {
        let (mut recorded, mut value, mut deferred) = (0, 0, 0);
        let mut by_outcome = [0_u64; 4];
        for (outcome, amount) in outcomes.iter().zip(amounts_minor) {
            match outcome {
                BetOutcome::Recorded { .. } => {
                    recorded += 1;
                    value += amount;
                    by_outcome[0] += 1;
                }
                BetOutcome::AlreadyRecorded { .. } => by_outcome[1] += 1,
                BetOutcome::Refused { .. } => by_outcome[2] += 1,
                BetOutcome::Deferred { .. } => {
                    deferred += 1;
                    by_outcome[3] += 1;
                }
            }
        }
        self.recorded.fetch_add(recorded, Ordering::Relaxed);
        self.value_minor.fetch_add(value, Ordering::Relaxed);
        self.deferred.fetch_add(deferred, Ordering::Relaxed);
        for (outcome, count) in ["recorded", "already_recorded", "refused", "deferred"]
            .into_iter()
            .zip(by_outcome)
        {
            ingest::BETS.of([word(road), outcome]).increment(count);
        }
    }
}

/// The road in the word of the metrics.
const fn word(road: Road) -> &'static str {
    match road {
        Road::Http => "http",
        Road::Stream => "stream",
        Road::CommandLine | Road::Migration | Road::FollowUp => "other",
    }
}

/// The amount in minor units; zero for one that is no money, which is refused anyway.
pub(super) fn minor(bet: &SentBet, currency: Currency) -> i64 {
    Money::parse(&bet.amount, currency).map_or(0, Money::minor)
}
