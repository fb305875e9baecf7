//! Expected versions.

use super::{
    given::{exactly, market_bet, market_stream, record_bet, write},
    harness::{Harness, last_of, refusal_of},
};
use crate::{
    envelope::{Position, Version},
    store::{Expected, Refusal},
};

pub(crate) async fn an_expected_version_must_fit(harness: Harness) {
    let table = [
        (Expected::NoStream, 0, true),
        (Expected::NoStream, 1, false),
        (exactly(0), 1, false),
        (exactly(1), 1, true),
        (exactly(1), 2, false),
        (exactly(3), 2, false),
        (Expected::Any, 2, true),
        (exactly(3), 3, true),
    ];
    for (bet, (expected, actual, fits)) in table.into_iter().enumerate() {
        let request = write(
            market_stream("a"),
            expected,
            [market_bet("a", bet as u128, 100)],
        );
        if fits {
            harness.accepted(request).await;
        } else {
            let Refusal::Conflict {
                stream,
                expected: named,
                actual: found,
            } = harness.refused(request).await
            else {
                panic!("no conflict for {expected:?}")
            };
            assert_eq!(
                (stream, named, found),
                (market_stream("a"), expected, Version(actual))
            );
        }
    }
    assert_eq!(harness.head().await, Position(4));
}

pub(crate) async fn each_request_of_a_chunk_sees_those_before_it(harness: Harness) {
    let at = |expected, bets: &[u128]| {
        let events: Vec<_> = bets.iter().map(|bet| market_bet("a", *bet, 100)).collect();
        write(market_stream("a"), expected, events)
    };
    let chunk = vec![
        at(Expected::NoStream, &[1, 2]),
        at(exactly(2), &[3]),
        at(exactly(2), &[4]),
        at(exactly(3), &[5]),
    ];
    let outcome = harness.append(chunk).await;
    let [first, second, third, fourth] = <[_; 4]>::try_from(outcome.outcomes).unwrap();
    assert_eq!(
        [first, second, fourth].map(|outcome| last_of(&outcome)),
        [2, 3, 4].map(Position)
    );
    assert!(matches!(
        refusal_of(third),
        Refusal::Conflict {
            actual: Version(3),
            ..
        }
    ));
}

/// However a store caches versions, the answer is the same.
pub(crate) async fn a_stream_that_was_not_used_for_long_keeps_its_version(harness: Harness) {
    harness.accepted(record_bet("old", 1)).await;
    for round in 0..3_u128 {
        let chunk = (0..2_000)
            .map(|bet| record_bet(&format!("game-{round}-{bet}"), 10 + round * 2_000 + bet))
            .collect();
        harness.append(chunk).await;
    }
    let request = write(
        market_stream("old"),
        exactly(1),
        [market_bet("old", 2, 100)],
    );
    harness.accepted(request).await;
    let request = write(
        market_stream("game-0-0"),
        Expected::NoStream,
        [market_bet("game-0-0", 3, 100)],
    );
    assert!(matches!(
        harness.refused(request).await,
        Refusal::Conflict {
            actual: Version(1),
            ..
        }
    ));
}
