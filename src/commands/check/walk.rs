//! Walking the log once, block by block, with the rows that each block seals.

use std::collections::VecDeque;

use betstream_events::{
    chain::{Block, GENESIS, Hash, verify_block},
    envelope::{EventRow, Position, RecordedEvent},
    store::{FollowLog, StoreError},
};
use indicatif::ProgressBar;

use super::{
    claims::Claims, finding::Finding, order::Order, outcomes::Outcomes, totals::Totals,
    transitions::Transitions,
};

/// How many rows and how many blocks are read at a time.
const ROWS_A_PAGE: usize = 4_000;
const BLOCKS_A_PAGE: usize = 1_000;

/// Everything that is gathered on the way.
pub(super) struct Walk {
    pub(super) chain: Finding,
    pub(super) readable: Finding,
    pub(super) order: Order,
    pub(super) transitions: Transitions,
    pub(super) claims: Claims,
    pub(super) outcomes: Outcomes,
    pub(super) totals: Totals,
    /// The last position that was looked at.
    pub(super) reached: Position,
    previous: Hash,
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
            reached: Position::START,
            previous: GENESIS,
        }
    }

    /// Goes on to `head`.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer; what it answers wrongly is a finding.
    pub(super) async fn to(
        &mut self,
        log: &dyn FollowLog,
        head: Position,
        bar: &ProgressBar,
    ) -> Result<(), StoreError> {
        let mut rows: VecDeque<EventRow> = VecDeque::new();
        let mut read = self.reached;
        while self.reached < head {
            let blocks = log.read_blocks(self.reached, BLOCKS_A_PAGE).await?;
            if blocks.is_empty() {
                self.chain.fault(format!(
                    "no block seals the events after position {}",
                    self.reached
                ));
                return self.unsealed(log, head, bar).await;
            }
            for block in blocks {
                while read < block.last {
                    let page = log.read_rows(read, ROWS_A_PAGE).await?;
                    let Some(last) = page.last() else { break };
                    read = last.position;
                    rows.extend(page);
                }
                let sealed = rows
                    .iter()
                    .take_while(|row| row.position <= block.last)
                    .count();
                let sealed: Vec<EventRow> = rows.drain(..sealed).collect();
                bar.inc(sealed.len() as u64);
                self.block(&block, sealed);
            }
        }
        Ok(())
    }

    fn block(&mut self, block: &Block, rows: Vec<EventRow>) {
        self.chain.looked_at(1);
        if let Err(fault) = verify_block(&self.previous, block, &rows) {
            self.chain.fault(fault.to_string());
        }
        self.previous = block.hash;
        for row in rows {
            self.row(row);
        }
        self.reached = self.reached.max(block.last);
    }

    async fn unsealed(
        &mut self,
        log: &dyn FollowLog,
        head: Position,
        bar: &ProgressBar,
    ) -> Result<(), StoreError> {
        while self.reached < head {
            let page = log.read_rows(self.reached, ROWS_A_PAGE).await?;
            let Some(last) = page.last().map(|row| row.position) else {
                return Ok(());
            };
            bar.inc(page.len() as u64);
            page.into_iter().for_each(|row| self.row(row));
            self.reached = last;
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
