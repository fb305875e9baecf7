//! The open batches of deleted accounts, found from the claims of the log: a batch that is open
//! while its account is not.

use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use betstream_actors::follow_up::{FindStranded, StrandedBatch};
use betstream_events::{
    account::AccountEvent,
    batch::BatchEvent,
    causes::Causes,
    envelope::{EventRow, StreamName, Version},
    event::Event,
    ids::{AccountId, BatchId},
    metadata::Metadata,
    store::{EventStore, Order, Span, StoreError},
    tail::{LogTail, TailSignal},
};
use tokio::sync::{Mutex, broadcast};

/// How often to look through all claims when nobody here deleted an account: another process may
/// have died between deleting one and withdrawing its batches.
const LOOK_ANYWAY: Duration = Duration::from_secs(60);

/// Finds stranded batches. Looking through the claims costs as much as there are open batches, so
/// it is done when an account was deleted, at the start, and now and then.
pub(crate) struct StrandedBatches {
    store: Arc<dyn EventStore>,
    state: Mutex<State>,
}

struct State {
    signals: broadcast::Receiver<TailSignal>,
    looked_at: Option<Instant>,
    /// The accounts of open batches; they never change.
    owners: HashMap<BatchId, AccountId>,
}

impl StrandedBatches {
    /// Over `store`, whose commits of this process are told to `tail`.
    pub(crate) fn new(store: Arc<dyn EventStore>, tail: &LogTail) -> Self {
        let state = State {
            signals: tail.subscribe(),
            looked_at: None,
            owners: HashMap::new(),
        };
        Self {
            store,
            state: Mutex::new(state),
        }
    }

    async fn look(
        &self,
        owners: &mut HashMap<BatchId, AccountId>,
    ) -> Result<Vec<StrandedBatch>, StoreError> {
        let claims = self.store.claims().await?;
        let is_open: HashSet<&str> = claims
            .iter()
            .filter_map(|(claim, _)| claim.strip_prefix("account-open/"))
            .collect();
        let batches: HashSet<BatchId> = claims
            .iter()
            .filter_map(|(claim, _)| claim.strip_prefix("batch-open/")?.parse().ok())
            .collect();
        owners.retain(|batch, _| batches.contains(batch));
        let mut stranded = Vec::new();
        let mut causes: HashMap<AccountId, Causes> = HashMap::new();
        for batch in batches {
            let owner = match owners.get(&batch) {
                Some(owner) => Some(*owner),
                None => self.owner_of(batch).await?,
            };
            let Some(owner) = owner else { continue };
            owners.insert(batch, owner);
            if !is_open.contains(owner.to_string().as_str()) {
                let causes = match causes.entry(owner) {
                    Entry::Occupied(known) => known.get().clone(),
                    Entry::Vacant(unknown) => {
                        unknown.insert(self.deletion_of(owner).await?).clone()
                    }
                };
                stranded.push(StrandedBatch {
                    account_id: owner,
                    batch_id: batch,
                    causes,
                });
            }
        }
        Ok(stranded)
    }

    /// What the deletion of `account` gives its effects: nothing happens to an account after it.
    async fn deletion_of(&self, account: AccountId) -> Result<Causes, StoreError> {
        let (stream, all) = (StreamName::Account(account), Span::<Version>::ALL);
        let newest = Order::NewestFirst;
        let last = self.store.stream_rows(&stream, all, newest, 1).await?.pop();
        let effect = |row: EventRow| {
            let metadata = serde_json::from_str::<Metadata>(&row.metadata).ok();
            let causes = metadata.map(|metadata| metadata.causes());
            causes.unwrap_or_default().of_effect(row.event_id)
        };
        Ok(last.map(effect).unwrap_or_default())
    }

    async fn owner_of(&self, batch: BatchId) -> Result<Option<AccountId>, StoreError> {
        let first = self
            .store
            .read_stream(&StreamName::Batch(batch), Version::NONE, 1)
            .await?
            .pop();
        Ok(match first.map(|event| event.event) {
            Some(Event::Batch(BatchEvent::Created { header, .. })) => Some(header.owner.account_id),
            _ => None,
        })
    }
}

impl State {
    /// Whether an account may have been deleted since the last look.
    fn is_due(&mut self) -> bool {
        let mut due = self.looked_at.is_none_or(|at| at.elapsed() >= LOOK_ANYWAY);
        loop {
            match self.signals.try_recv() {
                Ok(TailSignal::Committed(chunk)) => {
                    let closes = |event: &Event| {
                        matches!(event, Event::Account(AccountEvent::Closed { .. }))
                    };
                    due |= chunk.events.iter().any(|event| closes(&event.event));
                }
                Ok(TailSignal::Nudge) => {}
                Err(broadcast::error::TryRecvError::Lagged(_)) => due = true,
                Err(
                    broadcast::error::TryRecvError::Empty | broadcast::error::TryRecvError::Closed,
                ) => return due,
            }
        }
    }
}

#[async_trait]
impl FindStranded for StrandedBatches {
    async fn find(&self, limit: usize) -> Result<Vec<StrandedBatch>, String> {
        let mut state = self.state.lock().await;
        if !state.is_due() {
            return Ok(Vec::new());
        }
        // What was heard is forgotten now, so a look that fails must be made up for.
        state.looked_at = None;
        let mut stranded = self
            .look(&mut state.owners)
            .await
            .map_err(|error| error.to_string())?;
        // What is found is withdrawn next; only a look that finds nothing lets us rest.
        state.looked_at = stranded.is_empty().then(Instant::now);
        stranded.truncate(limit);
        Ok(stranded)
    }
}
