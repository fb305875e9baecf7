//! An event id is accepted once, ever.

use super::{
    given::{self, market_bet, market_stream, record_bet, write},
    harness::{Harness, last_of, refusal_of},
};
use crate::{
    envelope::Position,
    ids::EventId,
    store::{AppendRequest, Expected, Refusal},
};

fn known(refusal: Refusal) -> (Position, bool) {
    match refusal {
        Refusal::KnownEventId { stored, restates } => (stored.position, restates),
        other => panic!("{other:?}"),
    }
}

fn bet_of(number: u128, amount_minor: i64) -> AppendRequest {
    write(
        market_stream("a"),
        Expected::Any,
        [market_bet("a", number, amount_minor)],
    )
}

pub(crate) async fn an_event_id_is_accepted_once(harness: Harness) {
    harness.accepted(record_bet("x", 9)).await;
    harness.accepted(bet_of(1, 100)).await;
    assert_eq!(
        known(harness.refused(bet_of(1, 100)).await),
        (Position(2), true)
    );
    let elsewhere = write(market_stream("b"), Expected::Any, [market_bet("a", 1, 100)]);
    assert_eq!(known(harness.refused(elsewhere).await), (Position(2), true));
    let opened = given::open_account(1, "alpha");
    harness.accepted(opened.clone()).await;
    assert_eq!(known(harness.refused(opened).await), (Position(3), true));
    assert_eq!(harness.head().await, Position(3));
}

pub(crate) async fn a_repeat_inside_one_chunk_is_found(harness: Harness) {
    let outcome = harness
        .append(vec![
            bet_of(1, 100),
            bet_of(1, 100),
            bet_of(1, 200),
            bet_of(2, 100),
        ])
        .await;
    let [first, second, third, fourth] = <[_; 4]>::try_from(outcome.outcomes).unwrap();
    assert_eq!(
        (last_of(&first), last_of(&fourth)),
        (Position(1), Position(2))
    );
    assert_eq!(known(refusal_of(second)), (Position(1), true));
    assert_eq!(known(refusal_of(third)), (Position(1), false));
    assert_eq!(harness.log().await.len(), 2);
}

pub(crate) async fn a_repeat_with_other_terms_does_not_restate(harness: Harness) {
    harness.accepted(bet_of(1, 100)).await;
    assert_eq!(
        known(harness.refused(bet_of(1, 101)).await),
        (Position(1), false)
    );
}

pub(crate) async fn an_absent_id_that_is_known_refuses(harness: Harness) {
    let about = |number: u128, own: u128| {
        let absent = Some(EventId::new(uuid::Uuid::from_u128(number)));
        AppendRequest {
            absent,
            ..bet_of(own, 100)
        }
    };
    harness.accepted(about(1, 2)).await;
    harness.accepted(bet_of(1, 100)).await;
    assert_eq!(
        known(harness.refused(about(1, 3)).await),
        (Position(2), false)
    );
    let outcome = harness.append(vec![bet_of(4, 100), about(4, 5)]).await;
    let refused = outcome.outcomes.into_iter().nth(1).unwrap();
    assert_eq!(known(refusal_of(refused)), (Position(3), false));
}

pub(crate) async fn an_event_is_found_by_its_id(harness: Harness) {
    let outcome = harness.append(vec![bet_of(1, 100), bet_of(2, 200)]).await;
    let committed = outcome.committed.unwrap();
    for event in &committed.events {
        assert_eq!(
            harness
                .store
                .find_event(event.event_id)
                .await
                .unwrap()
                .as_ref(),
            Some(event)
        );
    }
    assert_eq!(
        harness
            .store
            .find_event(EventId::derived("nothing"))
            .await
            .unwrap(),
        None
    );
}
