//! What no log can be filled with.

use super::{
    filling::{row, seal_again, source},
    given::{THEN, record_bet},
    harness::Harness,
};
use crate::{
    envelope::{Position, Version},
    store::fill::{FillError, SealedRows},
};

type Tampering = (&'static str, fn(&mut Vec<SealedRows>), &'static str);

const TAMPERINGS: &[Tampering] = &[
    (
        "a changed byte",
        |sealed| row(sealed, 4).data.push(' '),
        "the event at position 4 was altered",
    ),
    (
        "changed metadata",
        |sealed| row(sealed, 4).metadata = "{}".into(),
        "the event at position 4 was altered",
    ),
    (
        "a missing row",
        |sealed| drop(sealed[1].rows.remove(0)),
        "the event at position 3 is missing",
    ),
    (
        "a row too many",
        |sealed| {
            let again = sealed[1].rows[1].clone();
            sealed[1].rows.push(again);
        },
        "an event too many stands at position 4",
    ),
    (
        "a missing block",
        |sealed| drop(sealed.remove(1)),
        "the events at positions 3 to 4 are missing",
    ),
    (
        "swapped rows",
        |sealed| sealed[1].rows.swap(0, 1),
        "the event at position 3 is missing",
    ),
    (
        "a forged block",
        |sealed| sealed[2].block.root = [7; 32],
        "the block over positions 5 to 6 was altered",
    ),
    (
        "another last block",
        |sealed| {
            row(sealed, 6).occurred_at = crate::clock::Timestamp::from_micros(1);
            seal_again(sealed);
        },
        "the events up to position 6 are not those that were announced",
    ),
    (
        "a version that is left out",
        |sealed| {
            row(sealed, 5).version = Version(4);
            seal_again(sealed);
        },
        "the event at position 5 is out of order: market-a is due version 3, not 4",
    ),
    (
        "a time that runs back",
        |sealed| {
            row(sealed, 3).recorded_at = THEN;
            seal_again(sealed);
        },
        "the event at position 3 is out of order: it was recorded at 2026-01-02T03:04:05.678901Z",
    ),
    (
        "a shape that nobody wrote",
        |sealed| {
            row(sealed, 2).schema_version = 99;
            seal_again(sealed);
        },
        "event at position 2: market.bet-recorded has no schema version 99",
    ),
    (
        "metadata that is no JSON",
        |sealed| {
            row(sealed, 2).metadata = "{".into();
            seal_again(sealed);
        },
        "event at position 2: its metadata is no JSON",
    ),
    (
        "a claim that another stream holds",
        |sealed| {
            let name = row(sealed, 6).data.replace("beta", "alpha");
            row(sealed, 6).data = name;
            seal_again(sealed);
        },
        "the event at position 6 takes account-name/alpha, which account-3 holds",
    ),
];

pub(crate) async fn what_does_not_fit_is_named_and_nothing_is_left(harness: Harness) {
    let mut source = source(harness).await;
    let whole = source.sealed.clone();
    for (what, tamper, expected) in TAMPERINGS {
        source.sealed = whole.clone();
        tamper(&mut source.sealed);
        let refused = source.fill().await.unwrap_err().to_string();
        assert!(refused.starts_with(expected), "{what}: {refused}");
        let harness = Harness::over(source.database.clone()).await;
        assert_eq!(harness.head().await, Position::START, "{what}");
        source.database = harness.close();
    }
    source.sealed = whole;
    source.fill().await.unwrap();
}

pub(crate) async fn events_that_end_too_early_are_not_a_log(harness: Harness) {
    let mut source = source(harness).await;
    source.sealed.pop();
    let refused = source.fill().await.unwrap_err();
    assert!(matches!(
        refused,
        FillError::Incomplete {
            reached: Position(4),
            head: Position(6)
        }
    ));
    let harness = Harness::over(source.database).await;
    assert_eq!(harness.head().await, Position::START);
    harness.append_one(record_bet("a", 1)).await;
}
