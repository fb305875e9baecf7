//! Which of several reasons a request is refused for.

use smallvec::smallvec;

use super::model::Model;
use crate::{
    claims::Claim,
    ids::{AccountId, EventId},
    store::{
        AppendOutcome, AppendRequest, Expected, Refusal,
        contract::given::{
            account_stream, create_batch, exactly, keyed, market_bet, market_stream, open_account,
            record_bet, renamed, together, write,
        },
    },
};

/// What is wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    Key,
    AbsentId,
    EventId,
    Version,
    RequiredClaim,
    TakenClaim,
}

const ORDER: [Reason; 6] = [
    Reason::Key,
    Reason::AbsentId,
    Reason::EventId,
    Reason::Version,
    Reason::RequiredClaim,
    Reason::TakenClaim,
];

/// Account 1 is open as `alpha`, account 2 as `beta`; bets 1 and 2 are recorded; a key is used.
fn given_a_log() -> Model {
    let mut model = Model::default();
    let first = keyed(open_account(1, "alpha"), "used", "first");
    let outcomes = model.append(vec![
        first,
        open_account(2, "beta"),
        record_bet("a", 1),
        record_bet("a", 2),
    ]);
    assert!(
        outcomes
            .iter()
            .all(|outcome| matches!(outcome, AppendOutcome::Appended { .. }))
    );
    model
}

/// A request that is wrong in exactly these ways.
fn wrong_in(reasons: &[Reason]) -> AppendRequest {
    let is = |reason| reasons.contains(&reason);
    let choose = |reason, wrong, right| if is(reason) { wrong } else { right };
    let bet = market_bet("a", choose(Reason::EventId, 1, 3), 100);
    let expected = if is(Reason::Version) {
        Expected::NoStream
    } else {
        exactly(2)
    };
    let name = if is(Reason::TakenClaim) {
        "beta"
    } else {
        "gamma"
    };
    let required = AccountId::new(if is(Reason::RequiredClaim) { 9 } else { 2 });
    let absent = EventId::new(uuid::Uuid::from_u128(choose(Reason::AbsentId, 2, 4)));
    let request = together([
        write(market_stream("a"), expected, [bet]),
        write(
            account_stream(1),
            Expected::Any,
            [renamed(1, "alpha", name)],
        ),
    ]);
    let request = AppendRequest {
        requires: smallvec![Claim::AccountOpen(required)],
        absent: Some(absent),
        ..request
    };
    keyed(
        request,
        if is(Reason::Key) { "used" } else { "new" },
        "second",
    )
}

fn reason_of(outcome: AppendOutcome) -> Option<Reason> {
    match outcome {
        AppendOutcome::Appended { .. } => None,
        AppendOutcome::AlreadyAnswered(_) => Some(Reason::Key),
        AppendOutcome::Refused(Refusal::KnownEventId { stored, .. }) if stored.position.0 == 4 => {
            Some(Reason::AbsentId)
        }
        AppendOutcome::Refused(Refusal::KnownEventId { .. }) => Some(Reason::EventId),
        AppendOutcome::Refused(Refusal::Conflict { .. }) => Some(Reason::Version),
        AppendOutcome::Refused(Refusal::ClaimRefused { held_by: None, .. }) => {
            Some(Reason::RequiredClaim)
        }
        AppendOutcome::Refused(Refusal::ClaimRefused {
            held_by: Some(_), ..
        }) => Some(Reason::TakenClaim),
    }
}

#[test]
fn each_reason_alone_refuses() {
    for reason in ORDER {
        assert_eq!(
            reason_of(given_a_log().append_one(wrong_in(&[reason]))),
            Some(reason)
        );
    }
    assert_eq!(reason_of(given_a_log().append_one(wrong_in(&[]))), None);
}

#[test]
fn of_any_reasons_the_first_in_order_is_named() {
    for set in 1..1_usize << ORDER.len() {
        let reasons: Vec<Reason> = ORDER
            .into_iter()
            .enumerate()
            .filter(|(bit, _)| set >> bit & 1 == 1)
            .map(|(_, reason)| reason)
            .collect();
        let mut model = given_a_log();
        let before = model.rows.clone();
        assert_eq!(
            reason_of(model.append_one(wrong_in(&reasons))),
            reasons.first().copied(),
            "{reasons:?}"
        );
        assert_eq!(model.rows, before);
    }
}

#[test]
fn another_streams_claim_is_not_released() {
    let mut model = given_a_log();
    let not_its_own = renamed(1, "beta", "gamma");
    let outcome = model.append_one(write(account_stream(1), Expected::Any, [not_its_own]));
    assert!(matches!(outcome, AppendOutcome::Appended { .. }));
    assert_eq!(
        model.claims.get(&Claim::AccountName("beta".to_owned())),
        Some(&account_stream(2))
    );
}

#[test]
fn what_one_request_takes_the_next_one_cannot() {
    let mut model = given_a_log();
    let outcomes = model.append(vec![
        create_batch(1, 1, Some("Race 4")),
        create_batch(2, 1, Some("Race 4")),
    ]);
    let [
        _,
        AppendOutcome::Refused(Refusal::ClaimRefused { held_by, .. }),
    ] = outcomes.as_slice()
    else {
        panic!("{outcomes:?}")
    };
    assert_eq!(
        held_by.as_ref().map(ToString::to_string).as_deref(),
        Some("batch-1")
    );
}
