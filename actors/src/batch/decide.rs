//! The rules of batches.

use betstream_events::{
    batch::{BatchEvent, BatchHeader, BatchOwner, Bet, BetStatus},
    claims::Claim,
    clock::Timestamp,
    envelope::{RecordedEvent, StreamName, Version},
    event::{Event, StreamTerms},
    ids::{BatchId, BetPid},
    selection::Selection,
};

use super::{
    BatchAction, BatchCommand, BatchRejection, BatchState, BetEntry, BetFault, Contents, NewBatch,
    NewBet, StatusChange, join, snapshot, stating,
};
use crate::{
    answer::Answer,
    context::CommandContext,
    entity::{Decision, Entity, Outcome},
};

/// Most bets of one batch and of one request.
pub(super) const MAX_BETS: usize = 10_000;

/// The batch as a kind of entity.
pub struct Batch;

impl Entity for Batch {
    type Id = BatchId;
    type Command = BatchCommand;
    type State = BatchState;
    type Rejection = BatchRejection;

    const NAME: &'static str = "batch";
    const SNAPSHOT_SCHEMA: i32 = 1;

    fn stream(id: &BatchId) -> StreamName {
        StreamName::Batch(*id)
    }

    fn initial(id: &BatchId) -> BatchState {
        BatchState::New { batch_id: *id }
    }

    fn decide(
        state: &BatchState,
        command: &BatchCommand,
        context: &CommandContext,
    ) -> Result<Decision, BatchRejection> {
        let account_id = command.account_id;
        let (contents, closing) = match (state, &command.action) {
            (BatchState::New { batch_id }, BatchAction::Create(new)) => {
                return create(
                    BatchOwner {
                        batch_id: *batch_id,
                        account_id,
                    },
                    new,
                    context.now,
                );
            }
            (BatchState::New { batch_id }, _) => {
                return Err(BatchRejection::Unknown {
                    account_id,
                    batch_id: *batch_id,
                });
            }
            (BatchState::Open(contents), _) => (contents, None),
            (BatchState::Closed { contents, closing }, _) => (contents, Some(*closing)),
        };
        let owner = contents.header.owner;
        if owner.account_id != account_id {
            return Err(BatchRejection::Unknown {
                account_id,
                batch_id: owner.batch_id,
            });
        }
        check_bets_known(contents, &command.action)?;
        if let Some(closing) = closing {
            return Err(BatchRejection::NotOpen {
                batch_id: owner.batch_id,
                closing,
            });
        }
        check_seen(contents, &command.action, context)?;
        let decision = match &command.action {
            BatchAction::Create(_) => {
                return Err(BatchRejection::Exists {
                    batch_id: owner.batch_id,
                });
            }
            BatchAction::AddBets(bets) => add_bets(contents, bets)?,
            BatchAction::Join(bet) => join::join(contents, bet)?,
            BatchAction::SetStatus(change) => set_status(contents, *change)?,
            BatchAction::SetStatuses(changes) => set_statuses(contents, changes)?,
            BatchAction::Submit => submit(contents),
            BatchAction::Withdraw { with_account } => {
                return Ok(withdraw(contents, *with_account, context));
            }
        };
        Ok(decision.requiring([
            Claim::AccountOpen(account_id),
            Claim::BatchOpen(owner.batch_id),
        ]))
    }

    fn begins(command: &BatchCommand) -> bool {
        matches!(command.action, BatchAction::Create(_))
    }

    fn evolve(state: &mut BatchState, event: &Event, version: Version, occurred_at: Timestamp) {
        if let Event::Batch(event) = event {
            state.evolve(event, version, occurred_at);
        }
    }

    fn answer(state: &BatchState, outcome: &Outcome, version: Version) -> Answer {
        stating::answer(state, outcome, version)
    }

    fn claim_refused(
        command: &BatchCommand,
        claim: &Claim,
        held_by: Option<&StreamName>,
    ) -> BatchRejection {
        let account_id = command.account_id;
        match (claim, held_by) {
            (Claim::BatchName(..), Some(held_by)) => BatchRejection::NameHeld {
                held_by: held_by.to_string(),
            },
            (Claim::BatchOpen(batch_id), _) => BatchRejection::Unknown {
                account_id,
                batch_id: *batch_id,
            },
            _ => BatchRejection::UnknownAccount { account_id },
        }
    }

    fn known_event(
        command: &BatchCommand,
        stored: &RecordedEvent,
        restates: bool,
    ) -> BatchRejection {
        match &command.action {
            BatchAction::Join(bet) if !restates => {
                let recorded = StreamTerms::of(&stored.event);
                let sent = join::terms(command.account_id, bet);
                let differences = recorded.map_or_else(
                    || {
                        format!(
                            "the id belongs to {} at position {}",
                            stored.event.event_type().name(),
                            stored.position
                        )
                    },
                    |recorded| recorded.differences(&sent).join("; "),
                );
                BatchRejection::Conflicting { differences }
            }
            _ => BatchRejection::AlreadyRecorded {
                position: stored.position,
            },
        }
    }

    fn to_snapshot(state: &BatchState) -> Option<String> {
        snapshot::write(state)
    }

    fn from_snapshot(id: &BatchId, text: &str, version: Version) -> Option<BatchState> {
        snapshot::read(*id, text, version)
    }
}

fn create(owner: BatchOwner, new: &NewBatch, now: Timestamp) -> Result<Decision, BatchRejection> {
    let bet_type = new.meta.string_field("bet_type");
    let bets = new_bets(bet_type.as_deref(), &new.bets, 0)?;
    let header = BatchHeader {
        owner,
        name: new.name.clone(),
        meta: new.meta.clone(),
        created_at: now,
    };
    let event = BatchEvent::Created { header, bets };
    Ok(Decision::one(event, Outcome::Whole).requiring([Claim::AccountOpen(owner.account_id)]))
}

fn add_bets(contents: &Contents, bets: &[NewBet]) -> Result<Decision, BatchRejection> {
    if bets.is_empty() {
        return Ok(Decision::nothing(Outcome::Whole));
    }
    let bets = new_bets(contents.bet_type.as_deref(), bets, contents.bets.size())?;
    Ok(Decision::one(
        BatchEvent::BetsAdded {
            owner: contents.header.owner,
            bets,
        },
        Outcome::Whole,
    ))
}

fn new_bets(
    bet_type: Option<&str>,
    bets: &[NewBet],
    held: usize,
) -> Result<Vec<Bet>, BatchRejection> {
    check_room(held + bets.len())?;
    let check = |(index, bet): (usize, &NewBet)| {
        new_bet(bet_type, bet).map_err(|fault| BatchRejection::BadBet { index, fault })
    };
    bets.iter().enumerate().map(check).collect()
}

pub(super) fn check_room(bets: usize) -> Result<(), BatchRejection> {
    if bets > MAX_BETS {
        Err(BatchRejection::TooManyBets {
            bets,
            most: MAX_BETS,
        })
    } else {
        Ok(())
    }
}

fn new_bet(bet_type: Option<&str>, bet: &NewBet) -> Result<Bet, BetFault> {
    if !bet.stake.is_positive() {
        return Err(BetFault::StakeNotPositive { stake: bet.stake });
    }
    Ok(Bet {
        pid: bet.pid,
        number: bet.number,
        selection: Some(Selection::parse(bet_type, &bet.selection)?),
        stake: bet.stake,
        cost: bet.cost,
        status: BetStatus::Pending,
        origin: None,
    })
}

fn set_status(contents: &Contents, change: StatusChange) -> Result<Decision, BatchRejection> {
    let outcome = Outcome::Bet(change.pid);
    let entry = entry(contents, change.pid)?;
    if entry.bet.status == change.status {
        return Ok(Decision::nothing(outcome));
    }
    let bet = Bet {
        status: change.status,
        ..(*entry.bet).clone()
    };
    let event = BatchEvent::BetStatusChanged {
        owner: contents.header.owner,
        bet,
        from: entry.bet.status,
    };
    Ok(Decision::one(event, outcome))
}

/// The last word on a bet that stands twice in the list holds.
fn set_statuses(contents: &Contents, changes: &[StatusChange]) -> Result<Decision, BatchRejection> {
    check_room(changes.len())?;
    let outcome = Outcome::Bets(changes.iter().map(|change| change.pid).collect());
    let mut last_words = std::collections::BTreeMap::new();
    for change in changes {
        last_words.insert(change.pid, change.status);
    }
    let mut bets = Vec::with_capacity(last_words.len());
    for (pid, status) in last_words {
        let entry = entry(contents, pid)?;
        if entry.bet.status != status {
            bets.push(Bet {
                status,
                ..(*entry.bet).clone()
            });
        }
    }
    if bets.is_empty() {
        return Ok(Decision::nothing(outcome));
    }
    Ok(Decision::one(
        BatchEvent::BetsStatusChanged {
            owner: contents.header.owner,
            bets,
        },
        outcome,
    ))
}

/// Nothing executes a submitted batch here, so it is completed in the same breath.
fn submit(contents: &Contents) -> Decision {
    let owner = contents.header.owner;
    let name = contents.header.name.clone();
    let events = [
        BatchEvent::Submitted { owner, name },
        BatchEvent::Completed { owner },
    ];
    Decision::many(events.map(Event::from), Outcome::Whole)
}

fn withdraw(contents: &Contents, with_account: bool, context: &CommandContext) -> Decision {
    let owner = contents.header.owner;
    let (name, reason) = (contents.header.name.clone(), context.reason.clone());
    let event = BatchEvent::Withdrawn {
        owner,
        name,
        reason,
        with_account,
    };
    let decision =
        Decision::one(event, Outcome::Whole).requiring([Claim::BatchOpen(owner.batch_id)]);
    if with_account {
        decision
    } else {
        decision.requiring([Claim::AccountOpen(owner.account_id)])
    }
}

fn entry(contents: &Contents, pid: BetPid) -> Result<&BetEntry, BatchRejection> {
    let batch_id = contents.header.owner.batch_id;
    contents
        .bets
        .get(&pid)
        .ok_or(BatchRejection::UnknownBet { batch_id, pid })
}

fn check_bets_known(contents: &Contents, action: &BatchAction) -> Result<(), BatchRejection> {
    match action {
        BatchAction::SetStatus(change) => entry(contents, change.pid).map(drop),
        BatchAction::SetStatuses(changes) => changes
            .iter()
            .try_for_each(|change| entry(contents, change.pid).map(drop)),
        _ => Ok(()),
    }
}

/// A bet's version is the one at which *that bet* last changed, so that two operators on two bets
/// do not collide; for everything else it is the batch's.
fn check_seen(
    contents: &Contents,
    action: &BatchAction,
    context: &CommandContext,
) -> Result<(), BatchRejection> {
    let Some(seen) = context.if_match else {
        return Ok(());
    };
    let (actual, outcome) = match action {
        BatchAction::SetStatus(change) => (
            entry(contents, change.pid)?.changed_at,
            Outcome::Bet(change.pid),
        ),
        _ => (contents.version, Outcome::Whole),
    };
    if actual == seen {
        return Ok(());
    }
    let current = stating::answer(
        &BatchState::Open(contents.clone()),
        &outcome,
        contents.version,
    );
    Err(BatchRejection::Stale {
        seen,
        actual,
        current: Box::new(current),
    })
}
