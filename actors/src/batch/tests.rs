//! The rules of batches as stories: given these facts, when this is asked, then that follows.

use betstream_events::{
    batch::{BatchEvent, BatchHeader, BatchOwner, Bet, BetStatus, JsonText},
    clock::Timestamp,
    envelope::Version,
    event::Event,
    ids::{AccountId, BatchId, BetPid, GameId},
    money::{Currency, Money},
    selection::{Selection, SelectionError},
    store::Tally,
};
use uuid::Uuid;

use super::*;
use crate::{
    context::CommandContext,
    entity::{Decision, Entity},
};

const OWNER: BatchOwner = BatchOwner {
    batch_id: BatchId::new(42),
    account_id: AccountId::new(7),
};

fn usd(minor: i64) -> Money {
    Money::from_minor(minor, Currency::USD)
}

fn context() -> CommandContext {
    CommandContext::new(
        "ann",
        betstream_events::metadata::Road::Http,
        Timestamp::from_micros(1),
    )
}

fn bet(pid: i64, status: BetStatus) -> Bet {
    let selection = Some(Selection::parse(Some("WIN"), "3").unwrap());
    Bet {
        pid: BetPid::new(pid),
        number: pid,
        selection,
        stake: usd(600),
        cost: usd(200),
        status,
        origin: None,
    }
}

fn created(bets: &[i64]) -> BatchEvent {
    let meta = JsonText::from_valid(r#"{"bet_type":"WIN","race_id":4}"#);
    let header = BatchHeader {
        owner: OWNER,
        name: None,
        meta,
        created_at: Timestamp::from_micros(1),
    };
    BatchEvent::Created {
        header,
        bets: bets
            .iter()
            .map(|pid| bet(*pid, BetStatus::Pending))
            .collect(),
    }
}

fn given(events: &[BatchEvent]) -> BatchState {
    let mut state = Batch::initial(&OWNER.batch_id);
    for (index, event) in events.iter().enumerate() {
        state.evolve(
            event,
            Version(index as i64 + 1),
            Timestamp::from_micros(index as i64),
        );
    }
    state
}

fn when(state: &BatchState, action: BatchAction) -> Result<Decision, BatchRejection> {
    Batch::decide(
        state,
        &BatchCommand {
            account_id: OWNER.account_id,
            action,
        },
        &context(),
    )
}

fn events(decision: Result<Decision, BatchRejection>) -> Result<Vec<Event>, BatchRejection> {
    decision.map(|decision| {
        decision
            .events
            .into_iter()
            .map(|decided| decided.event)
            .collect()
    })
}

fn change(pid: i64, status: BetStatus) -> StatusChange {
    StatusChange {
        pid: BetPid::new(pid),
        status,
    }
}

fn new_bet(selection: &str, stake: i64) -> NewBet {
    NewBet {
        pid: BetPid::new(9),
        number: 1,
        selection: selection.to_owned(),
        stake: usd(stake),
        cost: usd(0),
    }
}

#[test]
fn a_status_that_changes_is_an_event_with_the_whole_bet() {
    let state = given(&[created(&[1, 2])]);
    let event = BatchEvent::BetStatusChanged {
        owner: OWNER,
        bet: bet(1, BetStatus::Successful),
        from: BetStatus::Pending,
    };
    assert_eq!(
        events(when(
            &state,
            BatchAction::SetStatus(change(1, BetStatus::Successful))
        )),
        Ok(vec![event.into()])
    );
}

#[test]
fn a_status_that_holds_already_is_no_event() {
    let state = given(&[created(&[1])]);
    assert_eq!(
        events(when(
            &state,
            BatchAction::SetStatus(change(1, BetStatus::Pending))
        )),
        Ok(vec![])
    );
}

#[test]
fn an_operator_may_correct_a_status_while_the_batch_is_open() {
    let failed = BatchEvent::BetsStatusChanged {
        owner: OWNER,
        bets: vec![bet(1, BetStatus::Failed)],
    };
    let state = given(&[created(&[1]), failed]);
    let decided = events(when(
        &state,
        BatchAction::SetStatus(change(1, BetStatus::Pending)),
    ))
    .unwrap();
    assert_eq!(decided.len(), 1);
}

#[test]
fn many_statuses_are_all_or_nothing_and_one_event() {
    let state = given(&[created(&[1, 2, 3])]);
    let all = vec![
        change(1, BetStatus::Successful),
        change(3, BetStatus::Failed),
        change(2, BetStatus::Pending),
    ];
    let changed = vec![bet(1, BetStatus::Successful), bet(3, BetStatus::Failed)];
    let event = BatchEvent::BetsStatusChanged {
        owner: OWNER,
        bets: changed,
    };
    assert_eq!(
        events(when(&state, BatchAction::SetStatuses(all))),
        Ok(vec![event.into()])
    );

    let one_unknown = vec![
        change(1, BetStatus::Successful),
        change(99, BetStatus::Failed),
    ];
    let unknown = BatchRejection::UnknownBet {
        batch_id: OWNER.batch_id,
        pid: BetPid::new(99),
    };
    assert_eq!(
        events(when(&state, BatchAction::SetStatuses(one_unknown))),
        Err(unknown)
    );
}

#[test]
fn submitting_completes_where_nothing_executes() {
    let state = given(&[created(&[1])]);
    let submitted = BatchEvent::Submitted {
        owner: OWNER,
        name: None,
    };
    let completed = BatchEvent::Completed { owner: OWNER };
    assert_eq!(
        events(when(&state, BatchAction::Submit)),
        Ok(vec![submitted.into(), completed.into()])
    );
}

#[test]
fn nothing_changes_a_closed_batch() {
    let completed = [
        created(&[1]),
        BatchEvent::Submitted {
            owner: OWNER,
            name: None,
        },
        BatchEvent::Completed { owner: OWNER },
    ];
    let state = given(&completed);
    let not_open = BatchRejection::NotOpen {
        batch_id: OWNER.batch_id,
        closing: Closing::Completed,
    };
    let actions = [
        BatchAction::SetStatus(change(1, BetStatus::Failed)),
        BatchAction::AddBets(vec![new_bet("3", 100)]),
        BatchAction::Submit,
        BatchAction::Withdraw {
            with_account: false,
        },
    ];
    for action in actions {
        assert_eq!(
            events(when(&state, action.clone())),
            Err(not_open.clone()),
            "{action:?}"
        );
    }
}

#[test]
fn refusals_come_in_the_order_of_the_rejections() {
    let open = given(&[created(&[1])]);
    let account = OWNER.account_id;
    let unknown = BatchRejection::Unknown {
        account_id: account,
        batch_id: OWNER.batch_id,
    };
    assert_eq!(events(when(&given(&[]), BatchAction::Submit)), Err(unknown));

    let stranger = BatchCommand {
        account_id: AccountId::new(8),
        action: BatchAction::Submit,
    };
    let rejection = Batch::decide(&open, &stranger, &context()).unwrap_err();
    assert_eq!(
        rejection,
        BatchRejection::Unknown {
            account_id: AccountId::new(8),
            batch_id: OWNER.batch_id
        }
    );

    let stake = BatchRejection::BadBet {
        index: 0,
        fault: BetFault::StakeNotPositive { stake: usd(0) },
    };
    assert_eq!(
        events(when(&open, BatchAction::AddBets(vec![new_bet("1/2", 0)]))),
        Err(stake)
    );

    let legs = SelectionError::BadRunner {
        leg: "x".to_owned(),
    };
    let selection = BatchRejection::BadBet {
        index: 1,
        fault: BetFault::Selection(legs),
    };
    let bets = vec![new_bet("3", 100), new_bet("x", 100)];
    assert_eq!(
        events(when(&open, BatchAction::AddBets(bets))),
        Err(selection)
    );

    let many = vec![new_bet("3", 100); 10_000];
    let too_many = BatchRejection::TooManyBets {
        bets: 10_001,
        most: 10_000,
    };
    assert_eq!(
        events(when(&open, BatchAction::AddBets(many))),
        Err(too_many)
    );
}

#[test]
fn who_saw_an_old_version_of_this_very_bet_is_told_how_it_is() {
    let changed = BatchEvent::BetStatusChanged {
        owner: OWNER,
        bet: bet(1, BetStatus::Failed),
        from: BetStatus::Pending,
    };
    let state = given(&[created(&[1, 2]), changed]);
    let seen_first = CommandContext {
        if_match: Some(Version(1)),
        ..context()
    };
    let command = |pid| BatchCommand {
        account_id: OWNER.account_id,
        action: BatchAction::SetStatus(change(pid, BetStatus::Successful)),
    };
    // The other bet has not changed since: two operators on two bets do not collide.
    assert!(Batch::decide(&state, &command(2), &seen_first).is_ok());
    match Batch::decide(&state, &command(1), &seen_first) {
        Err(BatchRejection::Stale { seen, actual, .. }) => {
            assert_eq!((seen, actual), (Version(1), Version(2)))
        }
        other => panic!("expected a stale version, not {other:?}"),
    }
}

#[test]
fn a_stream_bet_joins_under_its_own_id_and_the_next_number() {
    let state = given(&[created(&[1, 2])]);
    let bet_id = Uuid::from_u128(5);
    let joining = JoiningBet {
        pid: BetPid::new(30),
        bet_id,
        game_id: GameId::parse("game_1").unwrap(),
        bet_type: "moneyline".to_owned(),
        amount: usd(4200),
        selection: None,
        odds: None,
        batch: "Race 4".to_owned(),
        placed_at: "2026-11-23T14:25:35Z".to_owned(),
        tally: Tally::Bet,
    };
    let decision = when(&state, BatchAction::Join(Box::new(joining))).unwrap();
    assert_eq!(
        decision.events[0].event_id.map(|id| id.uuid()),
        Some(bet_id)
    );
    let Event::Batch(BatchEvent::BetsAdded { bets, .. }) = &decision.events[0].event else {
        panic!("no bet was added")
    };
    assert_eq!(
        (bets[0].number, bets[0].stake, bets[0].cost),
        (3, usd(4200), usd(4200))
    );
}

#[test]
fn a_snapshot_gives_back_the_state_it_was_made_from() {
    let changed = BatchEvent::BetsStatusChanged {
        owner: OWNER,
        bets: vec![bet(2, BetStatus::Failed)],
    };
    let withdrawn = BatchEvent::Withdrawn {
        owner: OWNER,
        name: None,
        reason: None,
        with_account: false,
    };
    for facts in [
        vec![created(&[1, 2])],
        vec![created(&[1, 2]), changed.clone()],
        vec![created(&[]), changed, withdrawn],
    ] {
        let state = given(&facts);
        let version = state.contents().unwrap().version;
        let text = Batch::to_snapshot(&state).unwrap();
        assert_eq!(
            Batch::from_snapshot(&OWNER.batch_id, &text, version),
            Some(state)
        );
    }
}
