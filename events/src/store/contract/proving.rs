//! Heads and receipts, and what they say when somebody rewrites the log.

use std::sync::Arc;

use uuid::Uuid;

use super::{given::record_bet, harness::Harness};
use crate::{
    chain::{Block, BlockFault, Hash, Places, merkle_root},
    clock::{FixedClock, Timestamp},
    envelope::{EventRow, Position},
    proof::{
        HeadError, KeptHead, KeptHeadsError, LogHead, ProofError, Prover, Receipt, SignedHead,
        SigningKey, check_heads, receipt_under,
    },
    store::{LogReader, Order, Span},
};

const NOON: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

fn prover(harness: &Harness) -> Prover {
    Prover::new(harness.store.clone(), key(), Arc::new(FixedClock(NOON)))
}

fn verified(head: &SignedHead) -> LogHead {
    head.verify(&key().public()).unwrap()
}

/// One block of so many events for each of `sizes`.
async fn blocks_of(harness: &Harness, sizes: &[i64]) {
    let mut first = harness.head().await.0 + 1;
    for size in sizes {
        let bets = (first..first + size).map(|bet| record_bet("a", bet as u128));
        harness.append(bets.collect()).await;
        first += size;
    }
}

async fn rows(harness: &Harness) -> Vec<EventRow> {
    harness
        .store
        .rows(Span::<Position>::ALL, Order::OldestFirst, usize::MAX)
        .await
        .unwrap()
}

pub(crate) async fn a_head_holds_the_root_over_all_blocks(harness: Harness) {
    let prover = prover(&harness);
    let mut hashes: Vec<Hash> = Vec::new();
    for count in 0..=9_u64 {
        let head = verified(&prover.head().await.unwrap());
        let now = harness.store.head().await.unwrap();
        assert_eq!(head.log, now.identity.log);
        assert_eq!((head.position, head.block), (now.position, now.block_hash));
        assert_eq!((head.blocks, head.tree), (count, merkle_root(&hashes)));
        assert_eq!(head.at, NOON);
        blocks_of(&harness, &[1]).await;
        hashes.push(harness.store.head().await.unwrap().block_hash);
    }
}

pub(crate) async fn each_event_has_a_receipt(harness: Harness) {
    blocks_of(&harness, &[1, 2, 3, 4, 5, 1, 7, 1, 1, 2, 3]).await;
    let prover = prover(&harness);
    for row in rows(&harness).await {
        let receipt = prover.receipt(row.clone()).await.unwrap();
        let text = receipt.to_text();
        assert!(text.len() < 4_096, "{text}");
        let proven = Receipt::parse(&text).unwrap().verify(&key().public());
        let proven = proven.unwrap();
        assert_eq!(proven.row, row);
        assert!(proven.block.first <= row.position && row.position <= proven.block.last);
        assert_eq!(proven.head.position, Position(30));
    }
}

pub(crate) async fn a_receipt_can_rest_on_a_head_of_long_ago(harness: Harness) {
    blocks_of(&harness, &[2, 2, 2, 2, 2, 2]).await;
    let kept = prover(&harness).head().await.unwrap();
    blocks_of(&harness, &[2, 2, 2, 2, 2, 2]).await;
    let (log, key): (&dyn LogReader, _) = (&*harness.store, key().public());
    let rows = rows(&harness).await;
    for row in &rows[..12] {
        let receipt = receipt_under(log, row.clone(), kept.clone(), &key).await;
        let proven = receipt.unwrap().verify(&key).unwrap();
        assert_eq!(proven.head, verified(&kept));
        assert_eq!(proven.row, *row);
    }
    let late = receipt_under(log, rows[12].clone(), kept, &key).await;
    assert!(
        matches!(late, Err(ProofError::HeadTooOld { .. })),
        "{late:?}"
    );
}

/// Nine events in three blocks, with a head kept after each.
async fn three_kept_heads(harness: &Harness, prover: &Prover) -> Vec<LogHead> {
    let mut heads = Vec::new();
    for _ in 0..3 {
        blocks_of(harness, &[3]).await;
        heads.push(verified(&prover.head().await.unwrap()));
    }
    heads
}

/// Rewrites the events for which `alter` does something, and seals all blocks anew.
async fn rewrite(harness: &Harness, alter: impl Fn(&mut EventRow)) {
    let (mut statements, mut previous) = (String::new(), crate::chain::GENESIS);
    let mut rows = rows(harness).await;
    for row in &mut rows {
        alter(row);
        statements.push_str(&format!(
            "UPDATE events SET data = '{}' WHERE position = {};",
            row.data, row.position
        ));
    }
    let log = &harness.store;
    for block in log.read_blocks(Position::START, 100).await.unwrap() {
        let (first, last) = (block.first.0 as usize - 1, block.last.0 as usize);
        let again = Block::seal(previous, &rows[first..last]);
        let blob = |bytes: &[u8]| harness.database.blob(bytes);
        statements.push_str(&format!(
            "UPDATE blocks SET root = {}, digests = {}, previous = {}, hash = {} WHERE first_position = {};",
            blob(&again.root),
            blob(&again.digests),
            blob(&again.previous),
            blob(&again.hash),
            again.first
        ));
        previous = again.hash;
    }
    harness.database.tamper(&statements).await.unwrap();
}

pub(crate) async fn a_chain_that_was_rewritten_is_found_by_a_kept_head(harness: Harness) {
    let prover = prover(&harness);
    let heads = three_kept_heads(&harness, &prover).await;
    rewrite(&harness, |_| {}).await;
    assert_eq!(
        check_heads(&*harness.store, &heads).await.unwrap(),
        [KeptHead::Holds; 3]
    );
    rewrite(&harness, |row| {
        if row.position == Position(5) {
            row.data = r#"{"forged":true}"#.to_owned();
        }
    })
    .await;
    // The chain is correct in itself.
    assert_eq!(harness.verify().await, Ok(3));
    let rewritten = |first, last| {
        KeptHead::Rewritten(Places {
            first: Position(first),
            last: Position(last),
        })
    };
    assert_eq!(
        check_heads(&*harness.store, &heads).await.unwrap(),
        [KeptHead::Holds, rewritten(4, 6), rewritten(4, 9)]
    );
    // Nor does the process sign what it knows to be another log.
    if let Ok(head) = prover.head().await {
        panic!("signed {head}");
    }
}

pub(crate) async fn a_log_that_was_cut_is_found_by_a_kept_head(harness: Harness) {
    let heads = three_kept_heads(&harness, &prover(&harness)).await;
    harness
        .database
        .tamper(
            "DELETE FROM events WHERE position > 6; DELETE FROM blocks WHERE first_position > 6",
        )
        .await
        .unwrap();
    assert_eq!(harness.verify().await, Ok(2));
    let cut = KeptHead::Cut { end: Position(6) };
    assert_eq!(
        check_heads(&*harness.store, &heads).await.unwrap(),
        [KeptHead::Holds, KeptHead::Holds, cut]
    );
}

pub(crate) async fn a_head_of_another_log_is_refused(harness: Harness) {
    blocks_of(&harness, &[3]).await;
    let ours = verified(&prover(&harness).head().await.unwrap());
    let theirs = LogHead {
        log: Uuid::nil(),
        ..ours
    };
    let refused = check_heads(&*harness.store, &[ours, theirs]).await;
    assert!(
        matches!(
            refused,
            Err(KeptHeadsError::Head(HeadError::OtherLog { .. }))
        ),
        "{refused:?}"
    );
}

pub(crate) async fn nothing_is_signed_for_what_was_altered(harness: Harness) {
    blocks_of(&harness, &[3, 3]).await;
    let row = rows(&harness).await.remove(4);
    let alter = "UPDATE events SET data = '{}' WHERE position = 5";
    harness.database.tamper(alter).await.unwrap();
    let refused = prover(&harness).receipt(row).await;
    let altered = BlockFault::Altered {
        position: Position(5),
    };
    assert!(
        matches!(&refused, Err(ProofError::Tampered(fault)) if *fault == altered),
        "{refused:?}"
    );
}
