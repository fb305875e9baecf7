//! Heads, receipts and keys as texts: one changed bit, and they prove nothing.
#![allow(clippy::unwrap_used, reason = "a test says by panicking what is wrong")]

use betstream_events::{
    chain::{Block, GENESIS, Hash, merkle_path, merkle_root, root_by_path},
    clock::Timestamp,
    envelope::{EventRow, Position, Version},
    ids::EventId,
    proof::{
        BlockPath, HeadError, KeyError, LogHead, PublicKey, Receipt, ReceiptError, SignedHead,
        SigningKey,
    },
};
use proptest::{collection::vec, prelude::*};
use uuid::Uuid;

fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

fn row(position: i64) -> EventRow {
    EventRow {
        position: Position(position),
        stream: "market-derby_é".to_owned(),
        version: Version(position),
        event_id: EventId::new(Uuid::from_u128(position.unsigned_abs().into())),
        event_type: "market.bet-recorded".into(),
        schema_version: 1,
        data: "{\"text\":\"quoted \\\" and\ttab, \u{1f} and ü\"}".to_owned(),
        metadata: "{}".into(),
        occurred_at: Timestamp::from_micros(1_000),
        recorded_at: Timestamp::from_micros(2_000),
    }
}

/// Five blocks of three events, and the head of the log that they make.
fn log() -> (Vec<EventRow>, Vec<Block>, SignedHead) {
    let rows: Vec<EventRow> = (1..=15).map(row).collect();
    let mut blocks: Vec<Block> = Vec::new();
    for chunk in rows.chunks(3) {
        let previous = blocks.last().map_or(GENESIS, |block| block.hash);
        blocks.push(Block::seal(previous, chunk));
    }
    let head = LogHead {
        log: Uuid::from_u128(42),
        epoch: 2,
        position: Position(15),
        block: blocks[4].hash,
        blocks: 5,
        tree: merkle_root(&hashes(&blocks)),
        at: Timestamp::from_micros(3_000),
    };
    (rows, blocks, head.sign(&key()))
}

fn hashes(blocks: &[Block]) -> Vec<Hash> {
    blocks.iter().map(|block| block.hash).collect()
}

/// A receipt for the event at position 8.
fn receipt() -> Receipt {
    let (rows, blocks, head) = log();
    let in_log = BlockPath {
        index: 2,
        path: merkle_path(&hashes(&blocks), 2),
    };
    Receipt::new(rows[7].clone(), &blocks[2], &rows[6..9], in_log, head)
}

/// Every text that differs from `text` in one bit.
fn with_one_bit_changed(text: &str) -> impl Iterator<Item = (usize, String)> {
    let bits = 0..text.len() * 8;
    bits.filter_map(|bit| {
        let mut bytes = text.as_bytes().to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        Some((bit, String::from_utf8(bytes).ok()?))
    })
}

#[test]
fn a_receipt_proves_its_event() {
    let receipt = receipt();
    let read = Receipt::parse(&receipt.to_text()).unwrap();
    assert_eq!(read, receipt);
    let proven = read.verify(&key().public()).unwrap();
    assert_eq!(proven.row, row(8));
    assert_eq!(
        (proven.block.first, proven.block.last),
        (Position(7), Position(9))
    );
    assert_eq!(proven.head.position, Position(15));
}

#[test]
fn a_receipt_with_one_bit_changed_proves_nothing() {
    let text = receipt().to_text();
    let public = key().public();
    let mut tried = 0;
    for (bit, changed) in with_one_bit_changed(&text) {
        let proven = Receipt::parse(&changed).and_then(|receipt| receipt.verify(&public));
        assert!(proven.is_err(), "bit {bit} changed: {changed}");
        tried += 1;
    }
    assert!(tried > 7 * text.len() / 2, "{tried} of {}", text.len() * 8);
}

#[test]
fn a_head_with_one_bit_changed_proves_nothing() {
    let (_, _, head) = log();
    let (text, public) = (head.to_string(), key().public());
    assert_eq!(SignedHead::parse(&text).unwrap(), head);
    assert!(head.verify(&public).is_ok());
    for (bit, changed) in with_one_bit_changed(&text) {
        let proven = SignedHead::parse(&changed).and_then(|head| head.verify(&public));
        assert!(proven.is_err(), "bit {bit} changed: {changed}");
    }
}

#[test]
fn what_proves_nothing_says_why() {
    let text = receipt().to_text();
    let said = |text: &str, key: &PublicKey| {
        let proven = Receipt::parse(text).and_then(|receipt| receipt.verify(key));
        proven.unwrap_err().to_string()
    };
    let public = key().public();
    let other = SigningKey::from_seed(&[8; 32]).public();
    assert_eq!(
        said(&text, &other),
        format!("the head is signed with {public}, not with {other}")
    );
    let cut = said(&text[..text.len() / 2], &public);
    assert!(
        cut.starts_with("this is no receipt, or not all of one"),
        "{cut}"
    );
    let spaced = said(&format!("{text} "), &public);
    assert!(spaced.contains("byte for byte"), "{spaced}");
    let edited = said(&text.replace("\"version\": 8", "\"version\": 9"), &public);
    assert!(
        edited.contains("up to position 15 does not hold this event at position 8"),
        "{edited}"
    );
    let moved = Receipt::parse(&text.replace("\"position\": 8", "\"position\": 99"));
    assert!(matches!(
        moved.unwrap().verify(&public),
        Err(ReceiptError::Outside { .. })
    ));
}

#[test]
fn heads_are_read_one_after_the_other() {
    let (_, _, head) = log();
    let text = format!("{head}\n{head}{head}\n\n");
    assert_eq!(SignedHead::parse_all(&text).unwrap().len(), 3);
    let cut = &text[..text.len() - 100];
    for (text, said) in [
        ("", "there is no head in it"),
        ("hello\n", "it does not begin with betstream-head-1"),
        (cut, "signature"),
    ] {
        let refused = SignedHead::parse_all(text).unwrap_err();
        assert!(
            matches!(&refused, HeadError::Unreadable(why) if why.contains(said)),
            "{refused}"
        );
    }
}

/// Pinned: a head that was kept once must be readable for ever.
#[test]
fn the_form_of_a_head_is_fixed() {
    let (_, _, head) = log();
    let text = head.to_string();
    let kept = "betstream-head-1
log 00000000-0000-0000-0000-00000000002a
epoch 2
position 15
block ";
    assert!(text.starts_with(kept), "{text}");
    let names: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert_eq!(
        names,
        [
            "betstream-head-1",
            "log",
            "epoch",
            "position",
            "block",
            "blocks",
            "tree",
            "time",
            "key",
            "signature"
        ]
    );
}

#[test]
fn keys_are_not_taken_for_each_other() {
    let (private, public) = (key().to_private_text(), key().public().to_string());
    assert_eq!(
        private.parse::<SigningKey>().unwrap().public(),
        key().public()
    );
    assert_eq!(
        format!(" {public}\n").parse::<PublicKey>(),
        Ok(key().public())
    );
    assert_eq!(private.parse::<PublicKey>(), Err(KeyError::Private));
    assert_eq!(public.parse::<SigningKey>().unwrap_err(), KeyError::Public);
    assert!(!format!("{:?}", key()).contains(&private[24..]));
    let cut = &public[..public.len() - 1];
    let refused = cut.parse::<PublicKey>().unwrap_err();
    assert!(refused.to_string().contains(cut), "{refused}");
}

proptest! {
    #[test]
    fn each_leaf_has_one_way_to_the_root(leaves in vec(any::<Hash>(), 1..40), index in 0..40_usize, other in 0..40_u64) {
        let index = index % leaves.len();
        let (size, root) = (leaves.len() as u64, merkle_root(&leaves));
        let path = merkle_path(&leaves, index);
        let by = |leaf: &Hash, index: u64, size: u64, path: &[Hash]| {
            root_by_path(leaf, index, size, path) == Some(root)
        };
        prop_assert!(by(&leaves[index], index as u64, size, &path));
        prop_assert!(other == index as u64 || !by(&leaves[index], other, size, &path));
        prop_assert!(!by(&root, index as u64, size, &path));
        let longer = [path.clone(), vec![root]].concat();
        prop_assert!(!by(&leaves[index], index as u64, size, &longer));
        if let Some((_, shorter)) = path.split_last() {
            prop_assert!(!by(&leaves[index], index as u64, size, shorter));
        }
    }
}
