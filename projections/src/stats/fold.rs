//! What is counted: every bet with a game, by the second in which it was recorded, and refusals.

use std::collections::BTreeMap;

use betstream_events::{
    batch::BatchEvent, clock::Timestamp, envelope::RecordedEvent, event::Event,
    market::MarketEvent, money::Money,
};

/// What the events of one commit add.
#[derive(Debug, Default, PartialEq)]
pub struct StatsChanges {
    /// Bets and minor units by second.
    pub(super) seconds: BTreeMap<i64, (i64, i64)>,
    /// Refusals and the last of them, by cause.
    pub(super) refusals: BTreeMap<String, (i64, Timestamp)>,
}

impl StatsChanges {
    pub(super) fn is_empty(&self) -> bool {
        self.seconds.is_empty() && self.refusals.is_empty()
    }

    /// Bets and minor units of all seconds together.
    pub(super) fn totals(&self) -> (i64, i64) {
        self.seconds.values().fold((0, 0), |(bets, value), more| {
            (bets + more.0, value + more.1)
        })
    }

    fn count(&mut self, recorded_at: Timestamp, amount: Money) {
        let second = self.seconds.entry(recorded_at.unix_seconds()).or_default();
        second.0 += 1;
        second.1 += amount.minor();
    }
}

/// Adds what `recorded` changes.
pub(super) fn fold(changes: &mut StatsChanges, recorded: &RecordedEvent) {
    match &recorded.event {
        Event::Market(MarketEvent::BetRecorded(bet)) => {
            changes.count(recorded.recorded_at, bet.amount)
        }
        Event::Batch(BatchEvent::Created { bets, .. } | BatchEvent::BetsAdded { bets, .. }) => {
            for bet in bets.iter().filter(|bet| bet.origin.is_some()) {
                changes.count(recorded.recorded_at, bet.stake);
            }
        }
        Event::Market(MarketEvent::BetRefused(bet)) => {
            let cause = changes.refusals.entry(bet.code.clone()).or_default();
            *cause = (cause.0 + 1, recorded.recorded_at);
        }
        Event::Account(_) | Event::Batch(_) | Event::DeadLetter(_) | Event::Projection(_) => {}
    }
}
