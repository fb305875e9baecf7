//! The hash chain, and what it says when somebody cheats.

use super::{given::record_bet, harness::Harness};
use crate::{
    chain::{BlockFault, GENESIS},
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

pub(crate) async fn every_commit_seals_a_block(harness: Harness) {
    assert_eq!(
        harness.store.block_hash_at(Position::START).await.unwrap(),
        Some(GENESIS)
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

    assert_eq!(
        harness.store.block_hash_at(Position(4)).await.unwrap(),
        Some(blocks[1].hash)
    );
    assert_eq!(
        harness.store.block_hash_at(Position(6)).await.unwrap(),
        Some(blocks[1].hash)
    );
    assert_eq!(
        harness.store.block_hash_at(Position(10)).await.unwrap(),
        None
    );
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
            Err(BlockFault::Altered {
                position: Position(5)
            }),
            "{alteration}"
        );
    }
}

pub(crate) async fn a_missing_event_is_named(harness: Harness) {
    three_blocks(&harness).await;
    harness
        .database
        .tamper("DELETE FROM events WHERE position = 5")
        .await
        .unwrap();
    assert_eq!(
        harness.verify().await,
        Err(BlockFault::NotDense {
            position: Position(5)
        })
    );
}

pub(crate) async fn a_forged_block_is_named(harness: Harness) {
    three_blocks(&harness).await;
    harness
        .database
        .tamper("UPDATE blocks SET root = previous WHERE first_position = 4")
        .await
        .unwrap();
    assert_eq!(
        harness.verify().await,
        Err(BlockFault::Forged {
            first: Position(4),
            last: Position(6)
        })
    );
}

pub(crate) async fn a_rewritten_block_breaks_the_chain(harness: Harness) {
    three_blocks(&harness).await;
    harness
        .database
        .tamper("UPDATE blocks SET previous = root WHERE first_position = 7")
        .await
        .unwrap();
    assert_eq!(
        harness.verify().await,
        Err(BlockFault::Unchained {
            first: Position(7),
            last: Position(9)
        })
    );
}
