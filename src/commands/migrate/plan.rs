//! From another system's rows to the requests that would tell them to the log.

use std::{collections::HashSet, sync::Arc};

use betstream_events::{
    account::{AccountDetails, AccountEvent},
    batch::{BatchEvent, BatchHeader, BatchOwner, Bet, BetStatus, JsonText},
    claims::Claim,
    clock::Timestamp,
    envelope::{NewEvent, StreamName},
    event::Event,
    ids::{AccountId, BatchId, BetPid, EventId, GameId},
    market::{MarketBet, MarketEvent},
    metadata::{Metadata, Road},
    money::{Currency, Money},
    selection::Selection,
    store::{AppendRequest, Expected, StreamWrite},
};

use super::{
    identity::{derived, is_id},
    rows::{AccountRow, BatchRow, BetRow, SourceRows, StreamBetRow},
    values::money,
};
use crate::client::run_id;

/// How rows become events.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// The log's currency.
    pub(super) currency: Currency,
    /// Whether money finer than the currency is rounded, half to even.
    pub(super) round: bool,
}

/// One row (with what belongs to it) as a request.
#[derive(Debug)]
pub(super) struct Planned {
    /// What it is, for people: `account 7`.
    pub(super) what: String,
    /// Its stream.
    pub(super) stream: StreamName,
    /// Its events, in order. The first one's id tells whether the row was taken over before.
    pub(super) events: Vec<NewEvent>,
    /// What must be the case.
    pub(super) requires: Option<Claim>,
    /// The ids of its bets.
    pub(super) pids: Vec<BetPid>,
}

impl Planned {
    /// The request that tells it to the log.
    pub(super) fn request(&self) -> AppendRequest {
        let expected = if matches!(self.stream, StreamName::Market(_)) {
            Expected::Any
        } else {
            Expected::NoStream
        };
        let events = self.events.iter().cloned().collect();
        AppendRequest {
            writes: [StreamWrite {
                stream: self.stream.clone(),
                expected,
                events,
            }]
            .into_iter()
            .collect(),
            requires: self.requires.iter().cloned().collect(),
            ..AppendRequest::default()
        }
    }
}

/// Everything that is to be told to the log, and everything that cannot be.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// The rows that can be told, accounts before batches.
    pub(super) planned: Vec<Planned>,
    /// One text for each value that no rule of ours lets in.
    pub(super) faults: Vec<String>,
}

/// Plans everything that `rows` hold.
pub(super) fn plan(rows: &SourceRows, rules: Rules) -> Plan {
    let metadata = Metadata {
        correlation: Some(run_id()),
        ..Metadata::new("migrate-from", Road::Migration)
    };
    let metadata: Arc<str> = metadata.to_json().into();
    let mut planner = Planner {
        rules,
        metadata,
        plan: Plan::default(),
    };
    match rows {
        SourceRows::ControlPlane { accounts, batches } => {
            accounts.iter().for_each(|row| planner.account(row));
            let known: HashSet<i64> = accounts.iter().map(|row| row.id).collect();
            batches
                .iter()
                .for_each(|row| planner.batch(row, known.contains(&row.account_id)));
        }
        SourceRows::StreamEngine { bets } => bets.iter().for_each(|row| planner.stream_bet(row)),
    }
    planner.plan
}

struct Planner {
    rules: Rules,
    metadata: Arc<str>,
    plan: Plan,
}

impl Planner {
    fn account(&mut self, row: &AccountRow) {
        let what = format!("account {}", row.id);
        let chars = row.name.chars().count();
        if !(1..=200).contains(&chars) || row.name.contains('\0') || row.hostname.contains('\0') {
            return self.fault(
                &what,
                &format!(
                    "name {:?} must have 1 to 200 characters, without NUL",
                    row.name
                ),
            );
        }
        if !is_id(row.id) {
            return self.fault(&what, "the id must lie between 1 and 2^53");
        }
        let account_id = AccountId::new(row.id);
        let opened = AccountEvent::Opened(AccountDetails {
            account_id,
            name: row.name.clone(),
            hostname: row.hostname.clone(),
            opened_at: row.created_at,
        });
        let event_id = derived("accounts", row.id, row.created_at, "opened");
        let events = vec![self.event(event_id, opened, row.updated_at)];
        self.put(Planned {
            what,
            stream: StreamName::Account(account_id),
            events,
            requires: None,
            pids: Vec::new(),
        });
    }

    fn batch(&mut self, row: &BatchRow, has_account: bool) {
        let what = format!("batch {}", row.id);
        if !has_account {
            return self.fault(
                &what,
                &format!("its account {} is not there", row.account_id),
            );
        }
        if !is_id(row.id) || row.bets.iter().any(|bet| !is_id(bet.pid)) {
            return self.fault(
                &what,
                "its id and those of its bets must lie between 1 and 2^53",
            );
        }
        let meta = match serde_json::from_str::<serde_json::Value>(&row.meta) {
            Ok(_) => JsonText::from_valid(row.meta.as_str()),
            Err(error) => return self.fault(&what, &format!("meta is no JSON: {error}")),
        };
        let owner = BatchOwner {
            batch_id: BatchId::new(row.id),
            account_id: AccountId::new(row.account_id),
        };
        let faults_before = self.plan.faults.len();
        let bets: Vec<Bet> = row.bets.iter().filter_map(|bet| self.bet(bet)).collect();
        if self.plan.faults.len() > faults_before {
            return;
        }
        let header = BatchHeader {
            owner,
            name: None,
            meta,
            created_at: row.created_at,
        };
        let id = |step: &str| derived("batches", row.id, row.created_at, step);
        // An open batch is told as it is now; a completed one as it was, and then that it ended.
        let told_at = if row.completed {
            row.created_at
        } else {
            row.updated_at
        };
        let pids = bets.iter().map(|bet| bet.pid).collect();
        let mut events =
            vec![self.event(id("created"), BatchEvent::Created { header, bets }, told_at)];
        if row.completed {
            events.push(self.event(
                id("submitted"),
                BatchEvent::Submitted { owner, name: None },
                row.updated_at,
            ));
            events.push(self.event(
                id("completed"),
                BatchEvent::Completed { owner },
                row.updated_at,
            ));
        }
        let (stream, requires) = (
            StreamName::Batch(owner.batch_id),
            Some(Claim::AccountOpen(owner.account_id)),
        );
        self.put(Planned {
            what,
            stream,
            events,
            requires,
            pids,
        });
    }

    fn bet(&mut self, row: &BetRow) -> Option<Bet> {
        let what = format!("bet {}", row.pid);
        let stake = self.amount(&what, "stake", &row.stake);
        let cost = self.amount(&what, "cost", &row.cost);
        let status = BetStatus::from_word(&row.status.to_lowercase());
        if status.is_none() {
            self.fault(&what, &format!("{:?} is no status", row.status));
        }
        if row.selection.contains('\0') {
            self.fault(&what, "selection holds a NUL character");
            return None;
        }
        Some(Bet {
            pid: BetPid::new(row.pid),
            number: row.number,
            selection: Some(Selection::from_recorded(row.selection.clone(), None)),
            stake: stake?,
            cost: cost?,
            status: status?,
            origin: None,
        })
    }

    fn stream_bet(&mut self, row: &StreamBetRow) {
        let what = format!("bet {}", row.id);
        let amount = self.amount(&what, "amount", &row.amount);
        let game_id = match GameId::parse(&row.game_id) {
            Ok(game_id) => game_id,
            Err(error) => return self.fault(&what, &error.to_string()),
        };
        if row.bet_type.contains('\0') {
            return self.fault(&what, "bet_type holds a NUL character");
        }
        let Some(amount) = amount else { return };
        let recorded = MarketEvent::BetRecorded(MarketBet {
            bet_id: row.id,
            game_id: game_id.clone(),
            bet_type: row.bet_type.as_str().into(),
            amount,
            selection: None,
            odds: None,
            placed_at: row.placed_at.to_rfc3339(),
        });
        // The bet's own id: a later replay of the stream is then a repeat.
        let events = vec![self.event(EventId::new(row.id), recorded, row.placed_at)];
        self.put(Planned {
            what,
            stream: StreamName::Market(game_id),
            events,
            requires: None,
            pids: Vec::new(),
        });
    }

    fn amount(&mut self, what: &str, field: &str, literal: &str) -> Option<Money> {
        match money(literal, self.rules.currency, self.rules.round) {
            Ok(amount) => Some(amount),
            Err(error) => {
                self.fault(what, &format!("{field} {error}"));
                None
            }
        }
    }

    fn event(&self, id: EventId, event: impl Into<Event>, occurred_at: Timestamp) -> NewEvent {
        NewEvent::new(id, event, self.metadata.clone(), occurred_at)
    }

    fn put(&mut self, planned: Planned) {
        self.plan.planned.push(planned);
    }

    fn fault(&mut self, what: &str, fault: &str) {
        self.plan.faults.push(format!("{what}: {fault}"));
    }
}
