//! Filling an empty log with the events of another one.

use std::sync::Arc;

use uuid::Uuid;

use super::{
    given::{self, record_bet},
    harness::{Database, Harness},
};
use crate::{
    chain::{Block, GENESIS, Hash},
    envelope::{EventRow, Position},
    ids::{DeadLetterId, IdKind},
    store::{
        DeadLetter, Head, IdempotencyKey, KeptAnswer, LetterQuery, LogIdentity, OutcomeCounts,
        Tally,
        fill::{FillError, FillSource, Filling, SealedRows},
    },
};

/// A log that is no more: what was in it, and the database, empty under its next epoch.
pub(super) struct Source {
    source: FillSource,
    pub(super) sealed: Vec<SealedRows>,
    claims: Vec<(String, String)>,
    counts: OutcomeCounts,
    pub(super) database: Arc<dyn Database>,
}

/// Six events in three blocks: two accounts, a batch, bets of a market.
pub(super) async fn source(harness: Harness) -> Source {
    let bet = |number| crate::store::AppendRequest {
        tally: Tally::Bet,
        ..record_bet("a", number)
    };
    let chunks = [
        vec![given::open_account(3, "alpha"), bet(1)],
        vec![given::create_batch(42, 3, Some("Race 4")), bet(2)],
        vec![bet(3), given::open_account(7, "beta")],
    ];
    for chunk in chunks {
        harness.append(chunk).await;
    }
    let sealed = harness.sealed().await;
    let source = FillSource {
        verb: "import".to_owned(),
        head: harness.store.head().await.unwrap(),
    };
    let claims = harness.store.claims().await.unwrap();
    // The bets of the suite say that they came by the command line, so the events count none.
    let counts = OutcomeCounts {
        already_recorded: 9,
        ..OutcomeCounts::default()
    };
    harness.store.reset().await.unwrap();
    Source {
        source,
        sealed,
        claims,
        counts,
        database: harness.close(),
    }
}

impl Source {
    async fn begin(&self) -> Result<Filling, FillError> {
        let target = self.database.open_to_fill().await?;
        Filling::begin(target, self.source.clone()).await
    }

    pub(super) async fn fill(&self) -> Result<LogIdentity, FillError> {
        let mut filling = self.begin().await?;
        for SealedRows { block, rows } in self.sealed.clone() {
            filling.block(block, rows).await?;
        }
        filling.finish(&[(IdKind::Bet, 90)], self.counts).await
    }
}

/// Seals what was changed again, so that only the change itself is wrong.
pub(super) fn seal_again(sealed: &mut [SealedRows]) {
    let mut previous: Hash = GENESIS;
    for SealedRows { block, rows } in sealed {
        *block = Block::seal(previous, rows);
        previous = block.hash;
    }
}

/// The row at `position`.
pub(super) fn row(sealed: &mut [SealedRows], position: usize) -> &mut EventRow {
    let rows = sealed.iter_mut().flat_map(|sealed| &mut sealed.rows);
    rows.into_iter().nth(position - 1).unwrap()
}

pub(crate) async fn a_log_is_filled_as_it_was(harness: Harness) {
    let source = source(harness).await;
    let before = source.source.head.identity;
    let identity = source.fill().await.unwrap();
    // The reset raised the epoch once, and the filled log is neither.
    assert_eq!((identity.log, identity.epoch), (before.log, 3));

    let harness = Harness::over(source.database.clone()).await;
    assert_eq!(harness.sealed().await, source.sealed);
    let head = harness.store.head().await.unwrap();
    assert_eq!(
        head,
        Head {
            identity,
            ..source.source.head
        }
    );
    assert_eq!(harness.verify().await, Ok(3));
    assert_eq!(harness.store.claims().await.unwrap(), source.claims);
    assert_eq!(harness.store.outcome_counts().await.unwrap(), source.counts);
    super::immutability::nothing_can_be_changed(&harness).await;
}

pub(crate) async fn a_filled_log_goes_on(harness: Harness) {
    let mut source = source(harness).await;
    let other = Uuid::from_u128(7);
    source.source.head.identity = LogIdentity {
        log: other,
        epoch: 8,
        ..source.source.head.identity
    };
    let identity = source.fill().await.unwrap();
    assert_eq!((identity.log, identity.epoch), (other, 9));

    let harness = Harness::over(source.database.clone()).await;
    let refused = harness.refused(given::open_account(8, "beta")).await;
    assert!(matches!(
        refused,
        crate::store::Refusal::ClaimRefused { .. }
    ));
    let refused = harness.refused(record_bet("a", 2)).await;
    assert!(matches!(
        refused,
        crate::store::Refusal::KnownEventId { .. }
    ));
    assert_eq!(harness.accepted(record_bet("a", 4)).await, Position(7));
    assert_eq!(harness.verify().await, Ok(4));
    for (kind, used) in [(IdKind::Account, 7), (IdKind::Batch, 42), (IdKind::Bet, 90)] {
        let next = harness.store.reserve_ids(kind, 1).await.unwrap();
        assert!(next[0] > used, "{kind:?} {next:?}");
    }
}

pub(crate) async fn letters_and_answers_keep_their_ids_and_keys(harness: Harness) {
    let source = source(harness).await;
    let letter = |id: i64| DeadLetter {
        id: DeadLetterId::new(id),
        letter: given::dead_letter(id as u64),
    };
    let answer = KeptAnswer {
        key: IdempotencyKey {
            scope: "tester POST /things".to_owned(),
            key: "k".to_owned(),
            fingerprint: [7; 32],
            answer: "one".into(),
        },
        position: Position(2),
        kept_at: crate::clock::Clock::now(&crate::clock::SystemClock),
    };
    let mut filling = source.begin().await.unwrap();
    for SealedRows { block, rows } in source.sealed.clone() {
        filling.block(block, rows).await.unwrap();
    }
    // Twice, as when an earlier attempt was killed behind them.
    for _ in 0..2 {
        let letters = vec![letter(17), letter(30)];
        filling.keep(letters, vec![answer.clone()]).await.unwrap();
    }
    filling.finish(&[], OutcomeCounts::default()).await.unwrap();

    let harness = Harness::over(source.database.clone()).await;
    let store = &harness.store;
    for id in [17, 30] {
        let kept = store.dead_letter(DeadLetterId::new(id)).await.unwrap();
        assert_eq!(kept, Some(letter(id)));
    }
    let kept = store.idempotent_answer("tester POST /things", "k").await;
    let kept = kept.unwrap().unwrap();
    assert_eq!((&*kept.answer, kept.position), ("one", Position(2)));
    let next = vec![given::dead_letter(99)];
    store.keep_dead_letters(next).await.unwrap();
    let newest = store.dead_letters(&LetterQuery::newest(1)).await.unwrap();
    assert!(newest[0].id > DeadLetterId::new(30), "{:?}", newest[0].id);
}

pub(crate) async fn a_log_that_is_not_empty_is_not_filled(harness: Harness) {
    let mut source = source(harness).await;
    let harness = Harness::over(source.database.clone()).await;
    harness
        .store
        .keep_dead_letters(vec![given::dead_letter(1)])
        .await
        .unwrap();
    source.database = harness.close();
    let refused = source.fill().await.unwrap_err();
    assert!(matches!(
        refused,
        FillError::NotEmpty {
            events: 0,
            letters: 1
        }
    ));

    let harness = Harness::over(source.database.clone()).await;
    harness.append_one(record_bet("b", 1)).await;
    let sealed = harness.sealed().await;
    source.database = harness.close();
    let refused = source.fill().await.unwrap_err().to_string();
    assert!(refused.contains("1 events and 1 dead letters"), "{refused}");
    let harness = Harness::over(source.database).await;
    assert_eq!(harness.sealed().await, sealed);
}

/// Fills in the first two blocks and stops there, as a process that is killed.
async fn half(source: &Source) {
    let target = source.database.open_to_fill().await.unwrap();
    assert_eq!(target.begin(&source.source).await.unwrap(), Position::START);
    target.fill(source.sealed[..2].to_vec()).await.unwrap();
}

pub(crate) async fn a_half_filled_log_serves_nobody(harness: Harness) {
    let source = source(harness).await;
    half(&source).await;
    let refused = source.database.try_open().await.err().unwrap().to_string();
    assert!(
        refused.contains("is being filled by `betstream import`"),
        "{refused}"
    );
    let target = source.database.open_to_fill().await.unwrap();
    assert!(target.abandon().await.unwrap());
    assert!(!target.abandon().await.unwrap());
    drop(target);
    let harness = Harness::over(source.database).await;
    assert_eq!(harness.head().await, Position::START);
    harness.append_one(record_bet("a", 1)).await;
}

pub(crate) async fn who_was_killed_goes_on(harness: Harness) {
    let source = source(harness).await;
    half(&source).await;
    let filling = source.begin().await.unwrap();
    assert_eq!(filling.goes_on_from(), Position(4));
    drop(filling);
    source.fill().await.unwrap();
    let harness = Harness::over(source.database.clone()).await;
    assert_eq!(harness.sealed().await, source.sealed);
}

pub(crate) async fn another_source_starts_over(harness: Harness) {
    let mut source = source(harness).await;
    half(&source).await;
    row(&mut source.sealed, 1).occurred_at = crate::clock::Timestamp::from_micros(1);
    seal_again(&mut source.sealed);
    source.source.head.block_hash = source.sealed[2].block.hash;
    let filling = source.begin().await.unwrap();
    assert_eq!(filling.goes_on_from(), Position::START);
    drop(filling);
    source.fill().await.unwrap();
    let harness = Harness::over(source.database.clone()).await;
    assert_eq!(harness.sealed().await, source.sealed);
}

pub(crate) async fn two_never_fill_the_same_log(harness: Harness) {
    let source = source(harness).await;
    let filling = source.begin().await.unwrap();
    assert!(source.database.open_to_fill().await.is_err());
    filling.abandon().await.unwrap();
    // A block that is not due tells that somebody else was at work.
    let target = source.database.open_to_fill().await.unwrap();
    target.begin(&source.source).await.unwrap();
    let refused = target.fill(source.sealed[1..2].to_vec()).await.unwrap_err();
    assert!(matches!(
        refused,
        FillError::Moved {
            expected: Position(2)
        }
    ));
}
