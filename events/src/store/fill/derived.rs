//! What follows from the events of a log: the versions of its streams, the claims that are held,
//! the largest ids, how many bets the stream brought.

use std::collections::{BTreeMap, HashMap};

use super::FillError;
use crate::{
    account::AccountEvent,
    batch::{BatchEvent, Bet},
    claims::{self, Claim, ClaimChange},
    clock::Timestamp,
    envelope::{RecordedEvent, StreamName, Version},
    event::{Event, StreamTerms},
    ids::IdKind,
    market::MarketEvent,
    metadata::{Metadata, Road},
    store::OutcomeCounts,
};

/// The fold of a log from its first event on. Its memory grows with the number of streams.
#[derive(Debug, Default)]
pub struct Derived {
    versions: HashMap<StreamName, Version>,
    held: BTreeMap<Claim, StreamName>,
    largest: [i64; IdKind::ALL.len()],
    counts: OutcomeCounts,
    recorded_at: Timestamp,
}

impl Derived {
    /// Takes in the event that is next.
    ///
    /// # Errors
    /// [`FillError::OutOfOrder`] or [`FillError::Claimed`] when it cannot be.
    pub fn see(&mut self, event: &RecordedEvent) -> Result<(), FillError> {
        let position = event.position;
        let version = self.versions.entry(event.stream.clone()).or_default();
        let due = version.plus(1);
        if event.version != due {
            return Err(FillError::version(
                position,
                &event.stream,
                due,
                event.version,
            ));
        }
        *version = due;
        if event.recorded_at < self.recorded_at {
            let (at, last) = (event.recorded_at, self.recorded_at);
            return Err(FillError::OutOfOrder {
                position,
                what: format!("it was recorded at {at}, the one before it at {last}"),
            });
        }
        self.recorded_at = event.recorded_at;
        self.see_claims(event)?;
        self.see_ids(&event.event);
        self.see_outcome(event);
        Ok(())
    }

    /// The claims that are held, in order, with their holders.
    pub fn claims(&self) -> Vec<(String, String)> {
        let mut claims: Vec<_> = self
            .held
            .iter()
            .map(|(claim, holder)| (claim.to_string(), holder.to_string()))
            .collect();
        claims.sort_unstable();
        claims
    }

    /// The largest id of each kind that an event names.
    pub fn largest_ids(&self) -> [(IdKind, i64); IdKind::ALL.len()] {
        IdKind::ALL.map(|kind| (kind, self.largest[kind as usize]))
    }

    /// What the events say of the outcomes of the stream's messages. Repeats and dead letters
    /// leave no event.
    pub const fn counts(&self) -> OutcomeCounts {
        self.counts
    }

    fn see_claims(&mut self, event: &RecordedEvent) -> Result<(), FillError> {
        for change in claims::changes(&event.event) {
            match change {
                ClaimChange::Release(claim) => {
                    self.held.remove(&claim);
                }
                ClaimChange::Take(claim) => {
                    if let Some(holder) = self
                        .held
                        .get(&claim)
                        .filter(|holder| **holder != event.stream)
                    {
                        return Err(FillError::Claimed {
                            position: event.position,
                            claim: claim.to_string(),
                            holder: holder.to_string(),
                        });
                    }
                    self.held.insert(claim, event.stream.clone());
                }
            }
        }
        Ok(())
    }

    fn see_ids(&mut self, event: &Event) {
        match event {
            Event::Account(
                AccountEvent::Opened(details) | AccountEvent::Changed { details, .. },
            ) => self.used(IdKind::Account, details.account_id.get()),
            Event::Batch(BatchEvent::Created { header, bets }) => {
                self.used(IdKind::Batch, header.owner.batch_id.get());
                self.used_by(bets);
            }
            Event::Batch(BatchEvent::BetsAdded { bets, .. }) => self.used_by(bets),
            _ => {}
        }
    }

    fn used_by(&mut self, bets: &[Bet]) {
        if let Some(largest) = bets.iter().map(|bet| bet.pid.get()).max() {
            self.used(IdKind::Bet, largest);
        }
    }

    fn used(&mut self, kind: IdKind, id: i64) {
        let largest = &mut self.largest[kind as usize];
        *largest = id.max(*largest);
    }

    fn see_outcome(&mut self, event: &RecordedEvent) {
        let count = match &event.event {
            Event::Market(MarketEvent::BetRefused(_)) => &mut self.counts.refused,
            other if StreamTerms::of(other).is_some() => &mut self.counts.recorded,
            _ => return,
        };
        if came_by_stream(&event.metadata) {
            *count += 1;
        }
    }
}

/// Whether an event with this metadata was read from the bet stream. Cheap for the many that were
/// not, exact for those that may have been.
pub fn came_by_stream(metadata: &str) -> bool {
    metadata.contains("\"stream\"")
        && serde_json::from_str::<Metadata>(metadata)
            .is_ok_and(|metadata| metadata.how == Road::Stream)
}
