//! Folding the log with the actors' own states: no illegal transition, and snapshots that agree.

use std::collections::HashMap;

use betstream_actors::{
    account::AccountState,
    batch::{Batch, BatchState, Closing},
    dead_letter::DeadLetterState,
    entity::Entity,
    projection::ProjectionDecisions,
};
use betstream_events::{
    account::AccountEvent,
    batch::BatchEvent,
    dead_letter::{DeadLetterEvent, LetterState, RetryOutcome},
    envelope::{RecordedEvent, StreamName, Version},
    event::Event,
    ids::{AccountId, BatchId, DeadLetterId, ProjectionId},
    metadata::Metadata,
    projection::ProjectionEvent,
    store::{ReadStream, StoreError},
};

use super::finding::Finding;

/// Only batches with more events than this have snapshots worth comparing; of smaller ones the
/// contents are forgotten when they close.
const SMALL: i64 = 500;

/// Gathers states.
#[derive(Default)]
pub(super) struct Transitions {
    accounts: HashMap<AccountId, AccountState>,
    batches: HashMap<BatchId, BatchState>,
    /// Small batches that closed.
    closed: HashMap<BatchId, Closing>,
    letters: HashMap<DeadLetterId, DeadLetterState>,
    projections: HashMap<ProjectionId, ProjectionDecisions>,
    looked_at: u64,
    faults: Vec<String>,
}

impl Transitions {
    /// Takes in one event.
    pub(super) fn see(&mut self, event: &RecordedEvent) {
        self.looked_at += 1;
        let illegal = match (&event.event, &event.stream) {
            (Event::Account(change), StreamName::Account(id)) => self.account(*id, change, event),
            (Event::Batch(change), StreamName::Batch(id)) => self.batch(*id, change, event),
            (Event::Market(_), StreamName::Market(_)) => None,
            (Event::DeadLetter(change), StreamName::DeadLetter(id)) => {
                self.dead_letter(*id, change, event)
            }
            (Event::Projection(change), StreamName::Projection(name)) => {
                self.projection(name, change, event)
            }
            _ => Some("does not belong into its stream".to_owned()),
        };
        if let Some(illegal) = illegal {
            let name = event.event.event_type().name();
            self.faults.push(format!(
                "position {}: {name} in {} {illegal}",
                event.position, event.stream
            ));
        }
    }

    fn account(
        &mut self,
        id: AccountId,
        change: &AccountEvent,
        event: &RecordedEvent,
    ) -> Option<String> {
        let state = self
            .accounts
            .entry(id)
            .or_insert(AccountState::New { account_id: id });
        let legal = matches!(
            (&*state, change),
            (AccountState::New { .. }, AccountEvent::Opened(_))
                | (
                    AccountState::Open { .. },
                    AccountEvent::Changed { .. } | AccountEvent::Closed { .. }
                )
        );
        let illegal = (!legal).then(|| format!("meets an account that is {}", account_word(state)));
        state.evolve(change, event.version, event.occurred_at);
        illegal
    }

    fn batch(&mut self, id: BatchId, change: &BatchEvent, event: &RecordedEvent) -> Option<String> {
        if let Some(closing) = self.closed.get_mut(&id) {
            if matches!(
                (&closing, change),
                (Closing::Submitted, BatchEvent::Completed { .. })
            ) {
                *closing = Closing::Completed;
                return None;
            }
            return Some(format!("meets a batch that is {closing}"));
        }
        let account_is_open =
            |id| matches!(self.accounts.get(&id), Some(AccountState::Open { .. }));
        let state = self
            .batches
            .entry(id)
            .or_insert(BatchState::New { batch_id: id });
        let illegal = illegal_in_batch(state, change, account_is_open);
        state.evolve(change, event.version, event.occurred_at);
        if let BatchState::Closed { closing, .. } = state
            && event.version.0 < SMALL
        {
            self.closed.insert(id, *closing);
            self.batches.remove(&id);
        }
        illegal
    }

    fn dead_letter(
        &mut self,
        id: DeadLetterId,
        change: &DeadLetterEvent,
        event: &RecordedEvent,
    ) -> Option<String> {
        let state = self.letters.entry(id).or_insert(DeadLetterState::new(id));
        let illegal = illegal_in_letter(state.standing(), change, event);
        state.evolve(change);
        illegal
    }

    fn projection(
        &mut self,
        name: &ProjectionId,
        change: &ProjectionEvent,
        event: &RecordedEvent,
    ) -> Option<String> {
        let decisions = self
            .projections
            .entry(name.clone())
            .or_insert_with(|| ProjectionDecisions::new(name.clone()));
        let ProjectionEvent::EventSkipped { position, .. } = change;
        let reason = serde_json::from_str::<Metadata>(&event.metadata)
            .ok()
            .and_then(|metadata| metadata.reason);
        let illegal = if decisions.skipped.contains_key(position) {
            Some(format!("names position {position} a second time"))
        } else if *position >= event.position {
            Some(format!("names position {position}, which comes after it"))
        } else if reason.is_none() {
            Some("has no reason".to_owned())
        } else {
            None
        };
        decisions.evolve(change);
        illegal
    }

    /// What was found; reads the snapshots of large batches and compares them.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub(super) async fn findings(self, store: &dyn ReadStream) -> Result<Vec<Finding>, StoreError> {
        let mut legal = Finding::new("folding the log meets no illegal transition", "events");
        legal.looked_at(self.looked_at);
        self.faults.into_iter().for_each(|fault| legal.fault(fault));
        let mut snapshots = Finding::new(
            "state from snapshot and tail = state from the start",
            "snapshots",
        );
        for (id, state) in &self.batches {
            if state
                .contents()
                .is_none_or(|contents| contents.version.0 < SMALL)
            {
                continue;
            }
            let stream = StreamName::Batch(*id);
            let Some(snapshot) = store.load_snapshot(&stream, Batch::SNAPSHOT_SCHEMA).await? else {
                continue;
            };
            snapshots.looked_at(1);
            let Some(mut restored) = Batch::from_snapshot(id, &snapshot.state, snapshot.version)
            else {
                snapshots.fault(format!("the snapshot of {stream} cannot be read"));
                continue;
            };
            let last = state
                .contents()
                .map_or(Version::NONE, |contents| contents.version);
            for event in store
                .read_stream(&stream, snapshot.version, usize::MAX >> 1)
                .await?
            {
                if event.version <= last {
                    Batch::evolve(
                        &mut restored,
                        &event.event,
                        event.version,
                        event.occurred_at,
                    );
                }
            }
            if restored != *state {
                snapshots.fault(format!(
                    "the snapshot of {stream} leads to another state than its events"
                ));
            }
        }
        Ok(vec![legal, snapshots])
    }
}

/// A bet that went into the log is told even of a letter that was discarded in between.
fn illegal_in_letter(
    standing: LetterState,
    change: &DeadLetterEvent,
    event: &RecordedEvent,
) -> Option<String> {
    match (standing, change) {
        (
            LetterState::Waiting | LetterState::Discarded,
            DeadLetterEvent::Retried {
                outcome: RetryOutcome::Recorded { position, .. },
                ..
            },
        ) => (*position >= event.position)
            .then(|| format!("names position {position}, which is not before it")),
        (LetterState::Waiting, DeadLetterEvent::Retried { .. }) => None,
        (LetterState::Waiting, DeadLetterEvent::Discarded { .. }) => {
            let metadata = serde_json::from_str::<Metadata>(&event.metadata);
            let reason = metadata.ok().and_then(|metadata| metadata.reason);
            reason.is_none().then(|| "has no reason".to_owned())
        }
        (LetterState::Settled | LetterState::Discarded, _) => {
            Some(format!("meets a letter that is {}", standing.word()))
        }
    }
}

fn illegal_in_batch(
    state: &BatchState,
    change: &BatchEvent,
    account_is_open: impl Fn(AccountId) -> bool,
) -> Option<String> {
    let contents = match (state, change) {
        (BatchState::New { .. }, BatchEvent::Created { header, .. }) => {
            let account = header.owner.account_id;
            return (!account_is_open(account))
                .then(|| format!("is for account {account}, which is not open"));
        }
        (BatchState::New { .. }, _) => {
            return Some("meets a batch that was never created".to_owned());
        }
        (
            BatchState::Closed {
                closing: Closing::Submitted,
                ..
            },
            BatchEvent::Completed { .. },
        ) => return None,
        (BatchState::Closed { closing, .. }, _) => {
            return Some(format!("meets a batch that is {closing}"));
        }
        (BatchState::Open(_), BatchEvent::Created { .. } | BatchEvent::Completed { .. }) => {
            return Some("meets a batch that is open".to_owned());
        }
        (BatchState::Open(contents), _) => contents,
    };
    let owner = match change {
        BatchEvent::Created { header, .. } => header.owner,
        BatchEvent::BetsAdded { owner, .. }
        | BatchEvent::BetStatusChanged { owner, .. }
        | BatchEvent::BetsStatusChanged { owner, .. }
        | BatchEvent::Submitted { owner, .. }
        | BatchEvent::Completed { owner }
        | BatchEvent::Withdrawn { owner, .. } => *owner,
    };
    if owner != contents.header.owner {
        return Some(format!(
            "names account {}, the batch belongs to {}",
            owner.account_id, contents.header.owner.account_id
        ));
    }
    let goes_with_account = matches!(
        change,
        BatchEvent::Withdrawn {
            with_account: true,
            ..
        }
    );
    if !goes_with_account && !account_is_open(owner.account_id) {
        return Some(format!(
            "is for account {}, which is not open",
            owner.account_id
        ));
    }
    let unknown = |pid| {
        (!contents.bets.contains_key(&pid))
            .then(|| format!("names bet {pid}, which the batch has not"))
    };
    match change {
        BatchEvent::BetStatusChanged { bet, .. } => unknown(bet.pid),
        BatchEvent::BetsStatusChanged { bets, .. } => bets.iter().find_map(|bet| unknown(bet.pid)),
        BatchEvent::BetsAdded { bets, .. } => {
            let known = bets
                .iter()
                .find(|bet| contents.bets.contains_key(&bet.pid))?;
            Some(format!(
                "adds bet {}, which the batch has already",
                known.pid
            ))
        }
        _ => None,
    }
}

const fn account_word(state: &AccountState) -> &'static str {
    match state {
        AccountState::New { .. } => "not opened",
        AccountState::Open { .. } => "open",
        AccountState::Closed { .. } => "deleted",
    }
}
