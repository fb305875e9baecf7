//! Counts of what became of stream bets.

use super::{
    given::{self, market_bet, market_stream, record_bet, write},
    harness::Harness,
};
use crate::{
    envelope::Position,
    store::{AppendRequest, Expected, OutcomeCounts, Tally},
};

fn bet(request: AppendRequest) -> AppendRequest {
    AppendRequest {
        tally: Tally::Bet,
        ..request
    }
}

pub(crate) async fn outcomes_are_counted_in_their_commit(harness: Harness) {
    assert_eq!(
        harness.store.outcome_counts().await.unwrap(),
        OutcomeCounts::default()
    );
    let other_terms = bet(write(
        market_stream("a"),
        Expected::Any,
        [market_bet("a", 1, 9)],
    ));
    let refusal = AppendRequest {
        tally: Tally::Refusal,
        ..record_bet("a", 100)
    };
    let chunk = vec![
        bet(record_bet("a", 1)),
        bet(record_bet("a", 2)),
        bet(record_bet("a", 1)),
        other_terms,
        refusal,
        record_bet("a", 3),
    ];
    harness.append(chunk).await;
    let counts = OutcomeCounts {
        recorded: 2,
        already_recorded: 1,
        refused: 1,
        dead_letters: 0,
    };
    assert_eq!(harness.store.outcome_counts().await.unwrap(), counts);

    harness
        .append(vec![bet(record_bet("a", 1)), bet(record_bet("a", 4))])
        .await;
    harness
        .store
        .keep_dead_letters(vec![given::dead_letter(1), given::dead_letter(2)])
        .await
        .unwrap();
    harness
        .store
        .keep_dead_letters(vec![given::dead_letter(2), given::dead_letter(3)])
        .await
        .unwrap();
    let counts = OutcomeCounts {
        recorded: 3,
        already_recorded: 2,
        refused: 1,
        dead_letters: 3,
    };
    assert_eq!(harness.store.outcome_counts().await.unwrap(), counts);
}

/// A chunk that finds only repeats has nothing to append, and yet its counts are kept.
pub(crate) async fn a_repeat_alone_is_counted(harness: Harness) {
    harness.append(vec![bet(record_bet("a", 1))]).await;
    let outcome = harness.append(vec![bet(record_bet("a", 1))]).await;
    assert!(outcome.committed.is_none());
    harness
        .append(vec![AppendRequest {
            tally: Tally::Repeat,
            ..AppendRequest::default()
        }])
        .await;
    let counts = harness.store.outcome_counts().await.unwrap();
    assert_eq!((counts.recorded, counts.already_recorded), (1, 2));
    assert_eq!(harness.head().await, Position(1));
}
