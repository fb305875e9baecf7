//! Walking the log once, block by block, with the rows that each block seals.

use betstream_events::{
    envelope::{EventRow, Position, RecordedEvent},
    proof::{Mark, walk},
    store::{LogReader, StoreError},
};
use futures::TryStreamExt;
use indicatif::ProgressBar;

use super::{
    claims::Claims, finding::Finding, order::Order, outcomes::Outcomes, totals::Totals,
    transitions::Transitions,
};

/// Everything that is gathered on the way.
pub(super) struct Walk {
    pub(super) chain: Finding,
    pub(super) readable: Finding,
    pub(super) order: Order,
    pub(super) transitions: Transitions,
    pub(super) claims: Claims,
    pub(super) outcomes: Outcomes,
    pub(super) totals: Totals,
    reached: Mark,
}

impl Walk {
    /// Before the first event.
    pub(super) fn new() -> Self {
        Self {
            chain: Finding::new("the hash chain verifies", "blocks"),
            readable: Finding::new("every event can be read", "events"),
            order: Order::default(),
            transitions: Transitions::default(),
            claims: Claims::default(),
            outcomes: Outcomes::default(),
            totals: Totals::default(),
            reached: Mark::START,
        }
    }

    /// Goes on to `head`.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer; what it answers wrongly is a finding.
    pub(super) async fn to(
        &mut self,
        log: &dyn LogReader,
        head: Position,
        bar: &ProgressBar,
    ) -> Result<(), StoreError> {
        let mut stretches = std::pin::pin!(walk(log, self.reached, head));
        while let Some(stretch) = stretches.try_next().await? {
            bar.inc(stretch.rows.len() as u64);
            self.chain.looked_at(stretch.blocks.len() as u64);
            for fault in stretch.faults {
                self.chain.fault(fault.to_string());
            }
            stretch.rows.into_iter().for_each(|row| self.row(row));
            self.reached = stretch.end;
        }
        Ok(())
    }

    fn row(&mut self, row: EventRow) {
        self.order.see(&row);
        self.readable.looked_at(1);
        match row.decode() {
            Ok(event) => self.event(&event),
            Err(error) => self.readable.fault(error.to_string()),
        }
    }

    fn event(&mut self, event: &RecordedEvent) {
        self.transitions.see(event);
        self.claims.see(event);
        self.outcomes.see(event);
        self.totals.see(event);
    }
}
