//! What an append does to the log.

use smallvec::SmallVec;

use super::{
    given::{self, exactly, market_bet, record_bet, write},
    harness::{Harness, last_of, refusal_of},
};
use crate::{
    envelope::{Position, Version},
    ids::EventId,
    store::{AppendOutcome, AppendRequest, Expected, IdempotentAnswer, Refusal},
};

pub(crate) async fn positions_and_versions_are_dense(harness: Harness) {
    let chunk = vec![record_bet("a", 1), record_bet("b", 2), record_bet("a", 3)];
    let outcome = harness.append(chunk).await;
    assert_eq!(
        outcome.outcomes.iter().map(last_of).collect::<Vec<_>>(),
        [1, 2, 3].map(Position)
    );
    let committed = outcome.committed.unwrap();
    assert_eq!(
        (committed.first(), committed.last()),
        (Position(1), Position(3))
    );

    assert_eq!(harness.accepted(record_bet("a", 4)).await, Position(4));
    let log = harness.log().await;
    assert_eq!(
        log.iter().map(|event| event.position.0).collect::<Vec<_>>(),
        [1, 2, 3, 4]
    );
    let placed =
        |event: &crate::envelope::RecordedEvent| (event.stream.to_string(), event.version.0);
    let expected = [
        ("market-a", 1),
        ("market-b", 1),
        ("market-a", 2),
        ("market-a", 3),
    ];
    assert_eq!(
        log.iter().map(placed).collect::<Vec<_>>(),
        expected.map(|(stream, version)| (stream.to_owned(), version))
    );
    assert_eq!(committed.events, log[..3]);
}

pub(crate) async fn a_chunk_without_requests_is_answered_without_outcomes(harness: Harness) {
    let outcome = harness.append(Vec::new()).await;
    assert!(outcome.committed.is_none());
    assert_eq!(harness.head().await, Position::START);
}

pub(crate) async fn a_request_without_events_is_answered_with_the_head(harness: Harness) {
    harness.accepted(record_bet("a", 1)).await;
    let outcome = harness.append(vec![AppendRequest::default()]).await;
    assert_eq!(last_of(&outcome.outcomes[0]), Position(1));
    assert!(outcome.committed.is_none());
}

pub(crate) async fn several_streams_are_written_together_or_not_at_all(harness: Harness) {
    let both = given::together([
        given::open_account(1, "alpha"),
        given::open_account(2, "beta"),
    ]);
    let AppendOutcome::Appended { last, versions } = harness.append_one(both).await else {
        panic!("not appended")
    };
    assert_eq!(
        (last, versions),
        (Position(2), SmallVec::from_slice(&[Version(1), Version(1)]))
    );

    let one_is_wrong = given::together([
        given::open_account(3, "gamma"),
        write(
            given::account_stream(2),
            exactly(9),
            [given::renamed(2, "beta", "delta")],
        ),
    ]);
    let refusal = harness.refused(one_is_wrong).await;
    assert!(
        matches!(
            refusal,
            Refusal::Conflict {
                actual: Version(1),
                ..
            }
        ),
        "{refusal:?}"
    );
    assert_eq!(harness.head().await, Position(2));
    assert!(harness.stream(&given::account_stream(3)).await.is_empty());
}

pub(crate) async fn a_refusal_leaves_its_neighbours_alone(harness: Harness) {
    let refused = write(
        given::market_stream("b"),
        exactly(5),
        [market_bet("b", 2, 1)],
    );
    let outcome = harness
        .append(vec![record_bet("a", 1), refused, record_bet("b", 3)])
        .await;
    let [first, second, third] = <[_; 3]>::try_from(outcome.outcomes).unwrap();
    assert_eq!(
        (last_of(&first), last_of(&third)),
        (Position(1), Position(2))
    );
    assert!(matches!(refusal_of(second), Refusal::Conflict { .. }));
    assert_eq!(harness.stream(&given::market_stream("b")).await.len(), 1);
}

/// The version would fit: another process wrote as many events as the refused request would have.
pub(crate) async fn what_was_decided_on_a_refused_request_is_refused_too(harness: Harness) {
    harness.accepted(given::open_account(1, "alpha")).await;
    let rename = |to, expected| {
        let renamed = given::renamed(1, "alpha", to);
        write(given::account_stream(1), expected, [renamed])
    };
    let following = |request| AppendRequest {
        follows: true,
        ..request
    };
    let outcome = harness
        .append(vec![
            rename("beta", Expected::NoStream),
            following(rename("gamma", exactly(1))),
            following(rename("delta", exactly(1))),
            rename("epsilon", exactly(1)),
            following(rename("zeta", exactly(2))),
        ])
        .await;
    let appended = |outcome: &AppendOutcome| matches!(outcome, AppendOutcome::Appended { .. });
    let appended: Vec<bool> = outcome.outcomes.iter().map(appended).collect();
    assert_eq!(appended, [false, false, false, true, true]);
    for refused in outcome.outcomes.into_iter().take(3) {
        assert!(matches!(refusal_of(refused), Refusal::Conflict { .. }));
    }
}

/// A request that is wrong in every way is refused for the first reason of the order; each step
/// puts one more reason right.
pub(crate) async fn checks_run_in_the_order_key_ids_versions_claims(harness: Harness) {
    harness
        .accepted(given::keyed(
            given::open_account(1, "alpha"),
            "used",
            "first",
        ))
        .await;
    harness.accepted(record_bet("a", 1)).await;
    let attempt = |key: &str, bet: u128, expected: Expected| {
        let request = given::together([
            write(
                given::market_stream("a"),
                expected,
                [market_bet("a", bet, 1)],
            ),
            given::create_batch(1, 1, None),
        ]);
        let requires = [crate::claims::Claim::AccountOpen(
            crate::ids::AccountId::new(9),
        )]
        .into_iter()
        .collect();
        AppendRequest {
            requires,
            ..given::keyed(request, key, "second")
        }
    };

    let known_key = harness.append_one(attempt("used", 1, exactly(7))).await;
    let expected = IdempotentAnswer {
        fingerprint: [7; 32],
        answer: "first".into(),
        position: Position(1),
    };
    assert!(matches!(known_key, AppendOutcome::AlreadyAnswered(answer) if answer == expected));
    let refusal = harness.refused(attempt("new", 1, exactly(7))).await;
    assert!(
        matches!(refusal, Refusal::KnownEventId { .. }),
        "{refusal:?}"
    );
    let refusal = harness.refused(attempt("new", 2, exactly(7))).await;
    assert!(matches!(refusal, Refusal::Conflict { .. }), "{refusal:?}");
    let refusal = harness.refused(attempt("new", 2, exactly(1))).await;
    assert!(
        matches!(refusal, Refusal::ClaimRefused { .. }),
        "{refusal:?}"
    );
    assert_eq!(harness.head().await, Position(2));
}

pub(crate) async fn a_chunk_of_thousands_is_written_whole(harness: Harness) {
    let games = ["a", "b", "c"];
    let chunk = (0..5_000)
        .map(|number| record_bet(games[number % 3], number as u128))
        .collect();
    let outcome = harness.append(chunk).await;
    assert_eq!(last_of(outcome.outcomes.last().unwrap()), Position(5_000));
    assert_eq!(harness.log().await, outcome.committed.unwrap().events);
    assert_eq!(harness.verify().await, Ok(1));
}

pub(crate) async fn every_column_comes_back_as_it_was_sent(harness: Harness) {
    let sent = market_bet("spiel-№ 1", 77, 1_234);
    let request = write(
        given::market_stream("spiel-№ 1"),
        Expected::NoStream,
        [sent.clone()],
    );
    harness.accepted(request).await;
    let rows = harness.store.read_rows(Position::START, 10).await.unwrap();
    let [row] = rows.as_slice() else {
        panic!("{rows:?}")
    };
    assert_eq!(
        (row.position, row.version, row.event_id),
        (Position(1), Version(1), sent.event_id)
    );
    assert_eq!(
        (row.stream.as_str(), &*row.event_type, row.schema_version),
        ("market-spiel-№ 1", "market.bet-recorded", 1)
    );
    assert_eq!(
        (&row.data, &row.metadata, row.occurred_at),
        (&sent.data, &sent.metadata, given::THEN)
    );

    let event = harness
        .store
        .find_event(EventId::new(uuid::Uuid::from_u128(77)))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(event.event, sent.event);
    assert_eq!(row.clone().decode(), Ok(event));
}
