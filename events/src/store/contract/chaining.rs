//! The hash chain, and what a walk along it says when somebody cheats.

use super::{given::record_bet, harness::Harness};
use crate::{
    chain::{BlockFault, GENESIS, Places},
    envelope::Position,
};

/// Nine events in three blocks: 1 to 3, 4 to 6, 7 to 9.
async fn three_blocks(harness: &Harness) {
    for first in [1, 4, 7] {
        harness
            .append((first..first + 3).map(|bet| record_bet("a", bet)).collect())
            .await;
    }
    assert_eq!(harness.verify().await, Ok(3));
}

fn places(first: i64, last: i64) -> Places {
    Places {
        first: Position(first),
        last: Position(last),
    }
}

fn altered(position: i64) -> BlockFault {
    BlockFault::Altered {
        position: Position(position),
    }
}

/// Three blocks, altered by `statements` with the triggers off, and what is found then.
async fn finds(harness: Harness, statements: &str, faults: &[BlockFault]) {
    three_blocks(&harness).await;
    harness.database.tamper(statements).await.unwrap();
    assert_eq!(harness.verify().await, Err(faults.to_vec()), "{statements}");
}

pub(crate) async fn every_commit_seals_a_block(harness: Harness) {
    let at = async |position| {
        let position = Position(position);
        harness.store.block_hash_at(position).await.unwrap()
    };
    assert_eq!(at(0).await, Some(GENESIS));
    assert_eq!(
        harness.store.last_block(Position(i64::MAX)).await.unwrap(),
        None
    );
    three_blocks(&harness).await;
    let blocks = harness
        .store
        .read_blocks(Position::START, 100)
        .await
        .unwrap();
    assert_eq!(
        blocks
            .iter()
            .map(|block| (block.first.0, block.last.0))
            .collect::<Vec<_>>(),
        [(1, 3), (4, 6), (7, 9)]
    );
    assert_eq!(
        harness.store.head().await.unwrap().block_hash,
        blocks[2].hash
    );
    let after_the_first = harness.store.read_blocks(Position(3), 1).await.unwrap();
    assert_eq!(after_the_first, blocks[1..2]);

    assert_eq!(at(4).await, Some(blocks[1].hash));
    assert_eq!(at(6).await, Some(blocks[1].hash));
    assert_eq!(at(10).await, None);
    for (position, block) in [(3, 0), (4, 1), (6, 1), (1_000, 2)] {
        let found = harness.store.last_block(Position(position)).await.unwrap();
        assert_eq!(found.as_ref(), Some(&blocks[block]));
    }
}

pub(crate) async fn an_altered_event_is_named(harness: Harness) {
    let alterations = [
        "UPDATE events SET data = '{\"bet_id\":1}' WHERE position = 5",
        "UPDATE events SET metadata = '{}' WHERE position = 5",
        "UPDATE events SET stream = 'market-b' WHERE position = 5",
        "UPDATE events SET type = 'market.bet-refused' WHERE position = 5",
        "UPDATE events SET version = 50 WHERE position = 5",
        "UPDATE events SET schema_version = 2 WHERE position = 5",
    ];
    three_blocks(&harness).await;
    for alteration in alterations {
        harness.database.tamper(alteration).await.unwrap();
        assert_eq!(
            harness.verify().await,
            Err(vec![altered(5)]),
            "{alteration}"
        );
    }
}

pub(crate) async fn a_removed_event_is_named(harness: Harness) {
    finds(
        harness,
        "DELETE FROM events WHERE position = 5",
        &[BlockFault::Missing(places(5, 5))],
    )
    .await;
}

pub(crate) async fn a_removed_end_is_named(harness: Harness) {
    finds(
        harness,
        "DELETE FROM events WHERE position > 7",
        &[BlockFault::Missing(places(8, 9))],
    )
    .await;
}

pub(crate) async fn swapped_events_are_named(harness: Harness) {
    finds(
        harness,
        "UPDATE events SET position = 1000 WHERE position = 5;
         UPDATE events SET position = 5 WHERE position = 8;
         UPDATE events SET position = 8 WHERE position = 1000",
        &[altered(5), altered(8)],
    )
    .await;
}

pub(crate) async fn an_inserted_event_is_named(harness: Harness) {
    let insert = |position: i64| {
        format!(
            "INSERT INTO events SELECT {position}, 'market-b', {position} + 100, {}, type, schema_version, data, metadata, occurred_at, recorded_at FROM events WHERE position = 5;",
            harness.database.an_event_id()
        )
    };
    three_blocks(&harness).await;
    harness.database.tamper(&insert(0)).await.unwrap();
    let before = BlockFault::Surplus {
        position: Position(0),
    };
    assert_eq!(harness.verify().await, Err(vec![before.clone()]));
    harness.database.tamper(&insert(10)).await.unwrap();
    let after = BlockFault::Unsealed(places(10, 10));
    assert_eq!(harness.verify().await, Err(vec![before, after]));
}

pub(crate) async fn a_forged_block_is_named(harness: Harness) {
    finds(
        harness,
        "UPDATE blocks SET root = previous WHERE first_position = 4",
        &[BlockFault::Forged(places(4, 6))],
    )
    .await;
}

pub(crate) async fn a_forged_last_block_is_named(harness: Harness) {
    finds(
        harness,
        "UPDATE blocks SET hash = root WHERE first_position = 7",
        &[BlockFault::Forged(places(7, 9))],
    )
    .await;
}

pub(crate) async fn a_block_that_claims_more_is_named(harness: Harness) {
    finds(
        harness,
        "UPDATE blocks SET last_position = 1000000 WHERE first_position = 7",
        &[BlockFault::Forged(places(7, 1_000_000))],
    )
    .await;
}

pub(crate) async fn a_rewritten_block_breaks_the_chain(harness: Harness) {
    finds(
        harness,
        "UPDATE blocks SET previous = root WHERE first_position = 7",
        &[
            BlockFault::Unchained(places(7, 9)),
            BlockFault::Forged(places(7, 9)),
        ],
    )
    .await;
}

pub(crate) async fn a_removed_block_is_named(harness: Harness) {
    finds(
        harness,
        "DELETE FROM blocks WHERE first_position = 4",
        &[
            BlockFault::Unsealed(places(4, 6)),
            BlockFault::Unchained(places(7, 9)),
        ],
    )
    .await;
}

pub(crate) async fn a_removed_last_block_is_named(harness: Harness) {
    finds(
        harness,
        "DELETE FROM blocks WHERE first_position = 7",
        &[BlockFault::Unsealed(places(7, 9))],
    )
    .await;
}

pub(crate) async fn an_inserted_block_is_named(harness: Harness) {
    finds(
        harness,
        "INSERT INTO blocks SELECT 5, last_position, root, digests, previous, hash FROM blocks WHERE first_position = 4",
        &[BlockFault::Overlapping(places(5, 6))],
    )
    .await;
}

pub(crate) async fn blocks_without_events_are_named(harness: Harness) {
    finds(
        harness,
        "DELETE FROM events WHERE position > 3; DELETE FROM blocks WHERE first_position = 4",
        &[
            BlockFault::Unsealed(places(4, 6)),
            BlockFault::Unchained(places(7, 9)),
            BlockFault::Missing(places(7, 9)),
        ],
    )
    .await;
}
