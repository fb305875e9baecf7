//! Following the log: from memory while it can, from the store when it must.

use std::{pin::Pin, sync::Arc, time::Duration};

use betstream_events::{
    envelope::{Position, RecordedEvent},
    store::{Follow, FollowLog, Head, LogIdentity, StoreError},
    tail::{CommittedChunk, LogTail, TailSignal},
};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::{Rest, Skips};

/// How long a follower waits for news before it looks into the log: a nudge may be lost.
const POLL: Duration = Duration::from_millis(250);

/// What a follower found.
pub(crate) enum Step {
    /// Events, in order, after everything that was found before.
    Events(FoundEvents),
    /// Nothing new; everything up to the head is known.
    Idle,
    /// The log is not the one that was followed, or it lost events.
    OtherLog,
}

/// Events and the position up to which they are complete.
pub(crate) struct FoundEvents {
    source: Source,
    /// Everything up to here that is wanted is among them or was found before.
    pub(crate) up_to: Position,
}

enum Source {
    Memory {
        after: Position,
        chunks: Vec<Arc<CommittedChunk>>,
    },
    Store(Vec<RecordedEvent>),
}

impl FoundEvents {
    /// The events, in order.
    pub(crate) fn events(&self) -> Vec<&RecordedEvent> {
        match &self.source {
            Source::Memory { after, chunks } => chunks
                .iter()
                .flat_map(|chunk| &chunk.events)
                .filter(|event| event.position > *after)
                .collect(),
            Source::Store(events) => events.iter().collect(),
        }
    }
}

/// A place in the log that moves forward.
pub(crate) struct LogFollower {
    log: Arc<dyn FollowLog>,
    signals: Receiver<TailSignal>,
    want: Follow,
    identity: LogIdentity,
    position: Position,
    skips: Skips,
    live: bool,
    /// Where the log was seen to end.
    head: Position,
}

impl LogFollower {
    pub(crate) fn new(
        log: Arc<dyn FollowLog>,
        tail: &LogTail,
        want: Follow,
        identity: LogIdentity,
        position: Position,
        skips: Skips,
    ) -> Self {
        let signals = tail.subscribe();
        Self {
            log,
            signals,
            want,
            identity,
            position,
            skips,
            live: false,
            head: position,
        }
    }

    /// Whether it takes events from memory.
    pub(crate) const fn is_live(&self) -> bool {
        self.live
    }

    /// Where the log was last seen to end.
    pub(crate) fn head(&self) -> Position {
        self.head.max(self.position)
    }

    /// The next events, at most about `limit`; waits for them up to [`POLL`], and gathers more of
    /// them until `rest` is over. Dropping the future may cost a look into the log, never an event.
    ///
    /// # Errors
    /// [`StoreError`] when the log does not answer; [`StoreError::Unreadable`] when the very next
    /// event cannot be read.
    pub(crate) async fn next(
        &mut self,
        limit: usize,
        rest: Option<&Rest<'_>>,
    ) -> Result<Step, StoreError> {
        if self.live {
            let was_live = std::mem::replace(&mut self.live, false);
            let found = self.next_from_memory(limit, rest).await;
            if let Some(found) = found {
                self.live = was_live;
                self.position = found.up_to;
                return Ok(Step::Events(found));
            }
        }
        if let Some(rest) = rest
            && !self.is_far_behind(limit)
        {
            rest.over().await;
        }
        self.next_from_store(limit).await
    }

    /// Whether more than one step is known to be missing.
    fn is_far_behind(&self, limit: usize) -> bool {
        self.head.0 - self.position.0 > limit as i64
    }

    /// What this process commits next, as long as it follows on what is known.
    async fn next_from_memory(
        &mut self,
        limit: usize,
        rest: Option<&Rest<'_>>,
    ) -> Option<FoundEvents> {
        let first = match tokio::time::timeout(POLL, self.signals.recv()).await {
            Ok(Ok(TailSignal::Committed(chunk))) => chunk,
            Ok(Ok(TailSignal::Nudge) | Err(RecvError::Lagged(_) | RecvError::Closed)) | Err(_) => {
                return None;
            }
        };
        let after = self.position;
        let mut up_to = after;
        let mut found = 0;
        let mut chunks = Vec::new();
        let mut next = Some(first);
        let mut resting = std::pin::pin!(async {
            if let Some(rest) = rest {
                rest.over().await;
            }
        });
        while let Some(chunk) = next {
            if chunk.first() > up_to.next() {
                // A gap, which the look into the log that follows will fill.
                break;
            }
            if chunk.last() > up_to {
                up_to = chunk.last();
                found += chunk.events.len();
                chunks.push(chunk);
            }
            next = if found < limit {
                self.waiting(resting.as_mut()).await
            } else {
                None
            };
        }
        (!chunks.is_empty()).then_some(FoundEvents {
            source: Source::Memory { after, chunks },
            up_to,
        })
    }

    /// A chunk that waits already, or comes while `resting`. A nudge among them is passed over:
    /// polling covers it.
    async fn waiting(
        &mut self,
        mut resting: Pin<&mut impl Future<Output = ()>>,
    ) -> Option<Arc<CommittedChunk>> {
        loop {
            let signal = tokio::select! {
                biased;
                signal = self.signals.recv() => signal,
                () = resting.as_mut() => return None,
            };
            match signal {
                Ok(TailSignal::Committed(chunk)) => return Some(chunk),
                Ok(TailSignal::Nudge) => {}
                Err(RecvError::Closed | RecvError::Lagged(_)) => return None,
            }
        }
    }

    async fn next_from_store(&mut self, limit: usize) -> Result<Step, StoreError> {
        let Head {
            identity,
            position: head,
            ..
        } = self.log.head().await?;
        if (identity.log, identity.epoch) != (self.identity.log, self.identity.epoch)
            || head < self.position
        {
            return Ok(Step::OtherLog);
        }
        self.head = head;
        if head == self.position {
            // Nothing is missing, so memory may go on from here.
            self.live = true;
            return Ok(Step::Idle);
        }
        let events = match self
            .log
            .read_after(self.position, head, limit, self.want)
            .await
        {
            Err(StoreError::Unreadable(fault)) if fault.position > self.position.next() => {
                let before = Position(fault.position.0 - 1);
                let events = self
                    .log
                    .read_after(self.position, before, limit, self.want)
                    .await?;
                return Ok(Step::Events(self.found(events, before, limit)));
            }
            // What cannot even be read is passed over like what cannot be folded.
            Err(StoreError::Unreadable(fault)) if self.skips.contains(fault.position) => {
                return Ok(Step::Events(self.found(Vec::new(), fault.position, limit)));
            }
            outcome => outcome?,
        };
        Ok(Step::Events(self.found(events, head, limit)))
    }

    fn found(
        &mut self,
        events: Vec<RecordedEvent>,
        asked_up_to: Position,
        limit: usize,
    ) -> FoundEvents {
        let last = events.last().map_or(asked_up_to, |event| event.position);
        let up_to = if events.len() < limit {
            asked_up_to
        } else {
            last
        };
        self.position = up_to;
        self.live = up_to == self.head;
        FoundEvents {
            source: Source::Store(events),
            up_to,
        }
    }
}
