//! What ingest received is what it applied, found recorded, refused and kept as dead letters.

use betstream_events::{
    envelope::RecordedEvent,
    event::{Event, StreamTerms},
    market::MarketEvent,
    store::{LetterQuery, OutcomeCounts, ReadKept, StoreError, fill::came_by_stream},
};

use super::finding::Finding;

/// Counts the events that the stream led to.
#[derive(Default)]
pub(super) struct Outcomes {
    recorded: i64,
    refused: i64,
}

impl Outcomes {
    /// Takes in one event.
    pub(super) fn see(&mut self, event: &RecordedEvent) {
        let is_refusal = matches!(event.event, Event::Market(MarketEvent::BetRefused(_)));
        let is_bet = StreamTerms::of(&event.event).is_some();
        if !(is_refusal || is_bet) || !came_by_stream(&event.metadata) {
            return;
        }
        if is_refusal {
            self.refused += 1
        } else {
            self.recorded += 1
        }
    }

    /// Compares with the counts and the dead letters that the store holds.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub(super) async fn compare(
        self,
        store: &dyn ReadKept,
        counts: OutcomeCounts,
    ) -> Result<Finding, StoreError> {
        let mut finding = Finding::new(
            "received = applied + duplicates + refused + dead letters",
            "messages",
        );
        let OutcomeCounts {
            recorded,
            already_recorded,
            refused,
            dead_letters,
        } = counts;
        finding.looked_at((recorded + already_recorded + refused + dead_letters).unsigned_abs());
        let kept = count_dead_letters(store).await?;
        // A refusal that comes again is counted again and stored once.
        let pairs = [
            (
                "recorded bets",
                recorded,
                self.recorded,
                recorded == self.recorded,
            ),
            ("refusals", refused, self.refused, refused >= self.refused),
            ("dead letters", dead_letters, kept, dead_letters >= kept),
        ];
        for (what, counted, found, holds) in pairs {
            if !holds {
                finding.fault(format!("{counted} {what} are counted, {found} are there"));
            }
        }
        Ok(finding)
    }
}

async fn count_dead_letters(store: &dyn ReadKept) -> Result<i64, StoreError> {
    const PAGE: usize = 200;
    let (mut count, mut query) = (0, LetterQuery::newest(PAGE));
    loop {
        let page = store.dead_letters(&query).await?;
        count += page.len() as i64;
        match page.last() {
            Some(last) if page.len() == PAGE => query.before = Some(last.id),
            _ => return Ok(count),
        }
    }
}
