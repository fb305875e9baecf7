//! What a batch's answers state.

use betstream_events::{
    batch::{BatchEvent, BatchOwner, Bet},
    clock::Timestamp,
    envelope::{Position, Version},
    ids::{AccountId, BetPid},
};

use super::{BatchState, Closing, Contents};
use crate::{answer::Answer, entity::Outcome};

/// The answer that states how things are after a command with this outcome.
pub(super) fn answer(state: &BatchState, outcome: &Outcome, version: Version) -> Answer {
    let (fact, bet_versions, updated_at) = match state {
        BatchState::New { batch_id } => {
            let owner = BatchOwner {
                batch_id: *batch_id,
                account_id: AccountId::new(0),
            };
            (
                BatchEvent::Completed { owner },
                Vec::new(),
                Timestamp::default(),
            )
        }
        BatchState::Closed { contents, closing } if *outcome == Outcome::Whole => (
            closed_fact(contents, *closing),
            Vec::new(),
            contents.updated_at,
        ),
        BatchState::Open(contents) | BatchState::Closed { contents, .. } => {
            let (fact, versions) = stating(contents, outcome);
            (fact, versions, contents.updated_at)
        }
    };
    Answer {
        fact: fact.into(),
        version,
        bet_versions,
        updated_at,
        position: Position::START,
    }
}

fn closed_fact(contents: &Contents, closing: Closing) -> BatchEvent {
    let (owner, name) = (contents.header.owner, contents.header.name.clone());
    match closing {
        Closing::Submitted => BatchEvent::Submitted { owner, name },
        Closing::Completed => BatchEvent::Completed { owner },
        Closing::Withdrawn => BatchEvent::Withdrawn {
            owner,
            name,
            reason: None,
            with_account: false,
        },
    }
}

fn stating(contents: &Contents, outcome: &Outcome) -> (BatchEvent, Vec<Version>) {
    let owner = contents.header.owner;
    let named = |pids: &[BetPid]| {
        pids.iter()
            .filter_map(|pid| contents.bets.get(pid))
            .collect::<Vec<_>>()
    };
    let entries = match outcome {
        Outcome::Whole => contents.in_order(),
        Outcome::Bets(pids) => named(pids),
        Outcome::Bet(pid) => named(&[*pid]),
    };
    let versions = entries.iter().map(|entry| entry.changed_at).collect();
    let mut bets: Vec<Bet> = entries.iter().map(|entry| (*entry.bet).clone()).collect();
    let fact = match outcome {
        Outcome::Whole => BatchEvent::Created {
            header: (*contents.header).clone(),
            bets,
        },
        Outcome::Bets(_) => BatchEvent::BetsStatusChanged { owner, bets },
        Outcome::Bet(_) => match bets.pop() {
            Some(bet) => BatchEvent::BetStatusChanged {
                owner,
                from: bet.status,
                bet,
            },
            None => BatchEvent::BetsStatusChanged { owner, bets },
        },
    };
    (fact, versions)
}
