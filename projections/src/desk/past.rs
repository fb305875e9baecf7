//! An account and a batch as their events leave them, when they were folded from nothing.

use betstream_events::{
    batch::{self, BatchEvent, BatchHeader, BatchOwner, JsonText},
    clock::Timestamp,
    envelope::Version,
    event::{Event, EventType},
    ids::{AccountId, BatchId, BetPid},
    wire,
};
use serde::{Deserialize, Serialize};

use super::{
    changes::{BatchChange, BetRow, DeskChanges, NewBatch},
    view::{Account, Batch, BatchState, Bet, raw_json},
};

/// A batch in the form in which it is kept: its bets in the shape of a `batch.created` of now, for
/// those shapes are read for ever, and what that shape leaves out.
#[derive(Serialize, Deserialize)]
struct Kept {
    schema_version: i32,
    created: String,
    state: String,
    updated_at: Timestamp,
    version: Version,
    /// Of each bet, in their order.
    bet_versions: Vec<Version>,
}

impl DeskChanges {
    /// The account, while it is there.
    pub(crate) fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(&id)
    }

    /// Whether the account was deleted.
    pub(crate) fn is_closed(&self, id: AccountId) -> bool {
        self.closed.contains(&id)
    }

    /// Whether there is such a batch.
    pub(crate) fn holds_batch(&self, id: BatchId) -> bool {
        self.created.contains_key(&id)
    }

    /// How many bets there are: the cost of keeping them.
    pub(crate) fn rows(&self) -> usize {
        self.bets.len()
    }

    /// The batch with those of its bets that are `wanted`.
    pub(crate) fn batch(&self, id: BatchId, wanted: impl Fn(BetPid) -> bool) -> Option<Batch> {
        let NewBatch {
            account_id,
            name,
            meta,
            created_at,
            change,
        } = self.created.get(&id)?;
        let state = change.state.unwrap_or(BatchState::Created);
        let bets = self.rows_of(id).filter(|row| wanted(row.bet.pid));
        Some(Batch {
            id,
            completed: state.is_completed(),
            state,
            created_at: *created_at,
            updated_at: change.updated_at,
            meta: raw_json(meta),
            account_id: *account_id,
            name: name.clone(),
            version: change.version,
            bets: bets
                .map(|row| Bet::new(id, &row.bet, row.version))
                .collect(),
        })
    }

    /// By number and pid, as they are shown.
    fn rows_of(&self, id: BatchId) -> impl Iterator<Item = &BetRow> {
        let (first, last) = (
            (id, i64::MIN, BetPid::new(i64::MIN)),
            (id, i64::MAX, BetPid::new(i64::MAX)),
        );
        self.bets.range(first..=last).map(|(_, row)| row)
    }

    /// The batch in a form in which it can be kept.
    pub(crate) fn keep(&self, id: BatchId) -> Option<String> {
        let batch = self.created.get(&id)?;
        let header = BatchHeader {
            owner: BatchOwner {
                batch_id: id,
                account_id: batch.account_id,
            },
            name: batch.name.clone(),
            meta: JsonText::from_valid(batch.meta.as_str()),
            created_at: batch.created_at,
        };
        let bets: Vec<batch::Bet> = self.rows_of(id).map(|row| row.bet.clone()).collect();
        let created = Event::Batch(BatchEvent::Created { header, bets });
        let kept = Kept {
            schema_version: wire::upcast::current_version(created.event_type()),
            created: wire::encode(&created),
            state: batch.change.state?.word().to_owned(),
            updated_at: batch.change.updated_at,
            version: batch.change.version,
            bet_versions: self.rows_of(id).map(|row| row.version).collect(),
        };
        serde_json::to_string(&kept).ok()
    }

    /// What [`Self::keep`] wrote; none when it cannot be read.
    pub(crate) fn kept(text: &str) -> Option<Self> {
        let kept: Kept = serde_json::from_str(text).ok()?;
        let name = EventType::BatchCreated.name();
        let created = wire::decode(name, kept.schema_version, &kept.created).ok()?;
        let Event::Batch(BatchEvent::Created { header, bets }) = created else {
            return None;
        };
        let BatchOwner {
            batch_id,
            account_id,
        } = header.owner;
        let batch = NewBatch {
            account_id,
            name: header.name,
            meta: header.meta.as_str().to_owned(),
            created_at: header.created_at,
            change: BatchChange {
                account_id,
                state: Some(BatchState::from_word(&kept.state)?),
                updated_at: kept.updated_at,
                version: kept.version,
            },
        };
        let mut changes = Self::default();
        changes.created.insert(batch_id, batch);
        if bets.len() != kept.bet_versions.len() {
            return None;
        }
        for (bet, version) in bets.into_iter().zip(kept.bet_versions) {
            let key = (batch_id, bet.number, bet.pid);
            let row = BetRow {
                account_id,
                bet,
                version,
            };
            changes.bets.insert(key, row);
        }
        Some(changes)
    }
}
