//! What the history of a stream can be asked.

use std::sync::Arc;

use betstream_events::{
    envelope::{RecordedEvent, StreamName, Version},
    metadata::Metadata,
    store::{LogIdentity, LogReader, Order, Span},
};

use super::{
    beside::PastViews,
    document::{differences, document},
    error::HistoryError,
    moment::Place,
    past::Past,
    telling::Told,
    view::{Difference, HistoryEntry, Then},
};
use crate::answer::{Cursor, Page, PageRequest};

/// Answers questions about the past; cheap to clone.
#[derive(Clone)]
pub struct HistoryQueries {
    pub(super) log: Arc<dyn LogReader>,
    pub(super) past: PastViews,
}

impl HistoryQueries {
    /// Told from `log` and, where it must be, from `past`.
    pub const fn new(log: Arc<dyn LogReader>, past: PastViews) -> Self {
        Self { log, past }
    }

    /// How the thing of `stream` was at `place`.
    ///
    /// # Errors
    /// [`HistoryError`] for what there is not, and when log or view does not answer.
    pub async fn state(&self, stream: &StreamName, place: Place) -> Result<Then, HistoryError> {
        let identity = self.log.identity().await?;
        let moment = self.moment(stream, place).await?;
        let told = self.told(stream, moment, identity).await?;
        Ok(Then {
            stream: stream.to_string(),
            at: told.point(moment),
            last_version: moment.last,
            state: told.past.show(&self.past.pricing),
        })
    }

    /// What changed in `stream` between two places.
    ///
    /// # Errors
    /// [`HistoryError`] for what there is not, and when log or view does not answer.
    pub async fn difference(
        &self,
        stream: &StreamName,
        from: Place,
        to: Place,
    ) -> Result<Difference, HistoryError> {
        let identity = self.log.identity().await?;
        let (from, to) = (
            self.moment(stream, from).await?,
            self.moment(stream, to).await?,
        );
        let before = self.told(stream, from, identity).await?;
        let after = self.told(stream, to, identity).await?;
        let shown = |told: &Told| document(&told.past.show(&self.past.pricing));
        Ok(Difference {
            stream: stream.to_string(),
            changes: differences(&shown(&before), &shown(&after)),
            from: before.point(from),
            to: after.point(to),
        })
    }

    /// The events of `stream`, each with what it changed.
    ///
    /// # Errors
    /// [`HistoryError`] for what there is not, and when log or view does not answer.
    pub async fn history(
        &self,
        stream: &StreamName,
        order: Order,
        page: PageRequest,
    ) -> Result<Page<HistoryEntry>, HistoryError> {
        let identity = self.log.identity().await?;
        let last = self.moment(stream, Place::Last).await?;
        let limit = page.limit.map_or(i64::MAX, i64::from);
        let versions = match order {
            Order::NewestFirst => {
                let up_to = page.after.map_or(last.version.0, |cursor| cursor.major - 1);
                let up_to = up_to.min(last.version.0);
                up_to.saturating_sub(limit).max(0)..up_to
            }
            Order::OldestFirst => {
                let after = page.after.map_or(0, |cursor| cursor.major);
                after..after.saturating_add(limit).min(last.version.0)
            }
        };
        let mut items = self
            .entries(
                stream,
                Version(versions.start),
                Version(versions.end),
                identity,
            )
            .await?;
        let goes_on = match order {
            Order::NewestFirst => versions.start > 0,
            Order::OldestFirst => versions.end < last.version.0,
        };
        if order == Order::NewestFirst {
            items.reverse();
        }
        let cursor = |entry: &HistoryEntry| Cursor {
            major: entry.version.0,
            minor: 0,
        };
        let next = items.last().filter(|_| goes_on).map(cursor);
        Ok(Page { items, next })
    }

    /// The events of `stream` after one version and up to another.
    async fn entries(
        &self,
        stream: &StreamName,
        after: Version,
        up_to: Version,
        identity: LogIdentity,
    ) -> Result<Vec<HistoryEntry>, HistoryError> {
        if after >= up_to {
            return Ok(Vec::new());
        }
        let before = self.moment(stream, Place::Version(after)).await?;
        let end = self.moment(stream, Place::Version(up_to)).await?;
        let mut past = self.told(stream, before, identity).await?.past;
        let mut replay = self.replay(
            stream,
            Span { after, up_to },
            Span {
                after: before.as_of,
                up_to: end.as_of,
            },
        );
        let mut entries = Vec::new();
        loop {
            let events = replay.page().await?;
            if events.is_empty() {
                return Ok(entries);
            }
            for event in &events {
                if event.stream == *stream {
                    entries.push(self.entry(&mut past, event));
                } else {
                    past.apply(event);
                }
            }
        }
    }

    fn entry(&self, past: &mut Past, recorded: &RecordedEvent) -> HistoryEntry {
        let before = past.excerpt(&recorded.event, &self.past.pricing);
        past.apply(recorded);
        let after = past.excerpt(&recorded.event, &self.past.pricing);
        HistoryEntry {
            position: recorded.position,
            version: recorded.version,
            event_id: recorded.event_id,
            event_type: recorded.event.event_type().name(),
            occurred_at: recorded.occurred_at,
            recorded_at: recorded.recorded_at,
            metadata: serde_json::from_str::<Metadata>(&recorded.metadata).ok(),
            changes: differences(&before, &after),
        }
    }
}

impl std::fmt::Debug for HistoryQueries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HistoryQueries")
            .field("past", &self.past)
            .finish_non_exhaustive()
    }
}
