//! The hash chain: what it covers, and that its bytes never change.
#![allow(clippy::unwrap_used, reason = "a test says by panicking what is wrong")]

use std::collections::HashSet;

use betstream_events::{
    chain::{
        Block, BlockFault, GENESIS, Hash, Places, event_digest, inspect_block, merkle_root,
        verify_block,
    },
    clock::Timestamp,
    envelope::{EventRow, Position, Version},
    ids::EventId,
};
use proptest::{collection::vec, prelude::*};
use uuid::Uuid;

fn row(position: i64) -> EventRow {
    EventRow {
        position: Position(position),
        stream: "market-a".to_owned(),
        version: Version(position),
        event_id: EventId::new(Uuid::from_u128(position.unsigned_abs().into())),
        event_type: "market.bet-recorded".into(),
        schema_version: 1,
        data: r#"{"amount_minor":4200}"#.to_owned(),
        metadata: "{}".into(),
        occurred_at: Timestamp::from_micros(1_000),
        recorded_at: Timestamp::from_micros(2_000),
    }
}

fn rows(first: i64, last: i64) -> Vec<EventRow> {
    (first..=last).map(row).collect()
}

fn places(first: i64, last: i64) -> Places {
    Places {
        first: Position(first),
        last: Position(last),
    }
}

fn hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn every_column_is_part_of_the_digest() {
    let whole = row(7);
    let altered = [
        EventRow {
            position: Position(8),
            ..whole.clone()
        },
        EventRow {
            stream: "market-b".to_owned(),
            ..whole.clone()
        },
        EventRow {
            version: Version(8),
            ..whole.clone()
        },
        EventRow {
            event_id: EventId::new(Uuid::from_u128(8)),
            ..whole.clone()
        },
        EventRow {
            event_type: "market.bet-refused".into(),
            ..whole.clone()
        },
        EventRow {
            schema_version: 2,
            ..whole.clone()
        },
        EventRow {
            data: r#"{"amount_minor":4201}"#.to_owned(),
            ..whole.clone()
        },
        EventRow {
            metadata: "{ }".into(),
            ..whole.clone()
        },
        EventRow {
            occurred_at: Timestamp::from_micros(1_001),
            ..whole.clone()
        },
        EventRow {
            recorded_at: Timestamp::from_micros(2_001),
            ..whole.clone()
        },
    ];
    let digests: HashSet<Hash> = altered.iter().chain([&whole]).map(event_digest).collect();
    assert_eq!(digests.len(), altered.len() + 1);
}

#[test]
fn text_that_moves_to_the_next_column_is_noticed() {
    let split = |data: &str, metadata: &str| EventRow {
        data: data.to_owned(),
        metadata: metadata.into(),
        ..row(1)
    };
    assert_ne!(
        event_digest(&split("{}{", "}")),
        event_digest(&split("{}", "{}"))
    );
}

/// Pinned: a log that was sealed once must verify for ever.
#[test]
fn the_bytes_of_the_chain_are_fixed() {
    let block = Block::seal(GENESIS, &rows(1, 3));
    assert_eq!(
        hex(&event_digest(&row(1))),
        "6717a1e0551d5770472d98bdff16b137b3307e5183d92326ae60f90853a7a874"
    );
    assert_eq!(
        hex(&block.root),
        "ec720a67ac167e6dcd51df1836513425347d3c51437c19e1cb1a137f68c61dbf"
    );
    assert_eq!(
        hex(&block.hash),
        "73399c30cb4c5b9a3af61601da811af09a34fb89fb080993cb3970d22893f57e"
    );
    assert_eq!(block.digests.len(), 3 * 8);
}

#[test]
fn a_root_depends_on_the_number_and_the_order_of_its_leaves() {
    let leaf = |byte: u8| [byte; 32];
    let lists = [
        vec![],
        vec![leaf(1)],
        vec![leaf(1), leaf(1)],
        vec![leaf(1), leaf(2)],
        vec![leaf(2), leaf(1)],
        vec![leaf(1), leaf(2), leaf(3)],
        vec![leaf(1), leaf(2), leaf(3), leaf(3)],
        vec![leaf(1), leaf(3), leaf(2)],
        vec![merkle_root(&[leaf(1), leaf(2)]), leaf(3)],
    ];
    let roots: HashSet<Hash> = lists.iter().map(|list| merkle_root(list)).collect();
    assert_eq!(roots.len(), lists.len());
}

#[test]
fn a_block_proves_its_rows_and_no_others() {
    let first = Block::seal(GENESIS, &rows(1, 3));
    let second = Block::seal(first.hash, &rows(4, 6));
    assert_eq!(verify_block(&first.hash, &second, &rows(4, 6)), Ok(()));

    let unchained = BlockFault::Unchained(places(4, 6));
    assert_eq!(verify_block(&GENESIS, &second, &rows(4, 6)), Err(unchained));
    let missing = |first, last| Err(BlockFault::Missing(places(first, last)));
    assert_eq!(
        verify_block(&first.hash, &second, &rows(4, 5)),
        missing(6, 6)
    );
    assert_eq!(
        verify_block(&first.hash, &second, &[row(4), row(6)]),
        missing(5, 5)
    );
    assert_eq!(verify_block(&first.hash, &second, &[]), missing(4, 6));
    let forged = Block {
        root: [1; 32],
        ..second
    };
    let fault = BlockFault::Forged(places(4, 6));
    assert_eq!(verify_block(&first.hash, &forged, &rows(4, 6)), Err(fault));
}

#[test]
fn everything_that_is_wrong_with_a_block_is_told() {
    let block = Block::seal(GENESIS, &rows(1, 6));
    let (third, fifth) = (
        EventRow {
            position: Position(3),
            ..row(5)
        },
        EventRow {
            position: Position(5),
            ..row(3)
        },
    );
    let found = [row(0), row(1), third, row(4), fifth, row(5)];
    let altered = |position| BlockFault::Altered {
        position: Position(position),
    };
    let surplus = |position| BlockFault::Surplus {
        position: Position(position),
    };
    assert_eq!(
        inspect_block(&block, &found),
        [
            surplus(0),
            BlockFault::Missing(places(2, 2)),
            altered(3),
            altered(5),
            surplus(5),
            BlockFault::Missing(places(6, 6)),
        ]
    );
}

#[test]
fn each_part_of_a_blocks_own_row_is_checked() {
    let block = Block::seal(GENESIS, &rows(1, 3));
    let mut longer = block.digests.clone();
    longer.push(0);
    let forged = [
        Block {
            root: [1; 32],
            ..block.clone()
        },
        Block {
            hash: [1; 32],
            ..block.clone()
        },
        Block {
            previous: [1; 32],
            ..block.clone()
        },
        Block {
            digests: longer,
            ..block.clone()
        },
        Block {
            digests: block.digests[..16].to_vec(),
            ..block.clone()
        },
    ];
    for block in forged {
        assert_eq!(
            inspect_block(&block, &rows(1, 3)),
            [BlockFault::Forged(places(1, 3))],
            "{block:?}"
        );
    }
}

proptest! {
    #[test]
    fn whichever_event_is_altered_is_named(size in 1..40_i64, at in 0..40_usize, data in "[a-z]{0,9}") {
        let mut altered = rows(1, size);
        let at = at % altered.len();
        let block = Block::seal(GENESIS, &altered);
        altered[at].data = data;
        let fault = BlockFault::Altered { position: altered[at].position };
        prop_assert_eq!(verify_block(&GENESIS, &block, &altered), Err(fault));
    }

    #[test]
    fn roots_of_different_leaves_differ(left in vec(any::<[u8; 32]>(), 0..20), right in vec(any::<[u8; 32]>(), 0..20)) {
        prop_assert_eq!(merkle_root(&left) == merkle_root(&right), left == right);
    }
}
