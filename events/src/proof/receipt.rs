//! Receipts: a small file that proves one event, to be checked with nothing but a public key.
//!
//! It holds the event's columns, the siblings from its digest to the root of its block, the block's
//! own ends and predecessor, the siblings from the block's hash to the root over all blocks, and a
//! signed head that bears that root. Twenty hashes prove a block among a million, and the head may be
//! one that was kept elsewhere long ago. There is one text for one receipt: anything else, if only a
//! space, is refused.

use serde::{Deserialize, Serialize};

use super::{
    head::{HeadError, LogHead, SignedHead},
    hex::{from_hex, to_hex},
    key::PublicKey,
    tree::BlockPath,
};
use crate::{
    chain::{Block, Hash, Places, block_hash, event_digest, merkle_path, root_by_path},
    clock::Timestamp,
    envelope::{EventRow, Position, Version},
    ids::EventId,
};

/// The first field; the number is that of the form.
const FORM: &str = "betstream-receipt-1";

/// Proves that a log held one event when its head was signed.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    row: EventRow,
    places: Places,
    previous: Hash,
    in_block: Vec<Hash>,
    in_log: BlockPath,
    head: SignedHead,
}

/// What a receipt proved.
#[derive(Clone, Debug, PartialEq)]
pub struct Proven {
    /// The event as it is stored.
    pub row: EventRow,
    /// The block that seals it.
    pub block: Places,
    /// The hash of that block.
    pub block_hash: Hash,
    /// The head of the log that holds it.
    pub head: LogHead,
}

impl Receipt {
    /// A receipt for `row`, which stands in `block` among its `rows`, on the way `in_log` to `head`.
    pub fn new(
        row: EventRow,
        block: &Block,
        rows: &[EventRow],
        in_log: BlockPath,
        head: SignedHead,
    ) -> Self {
        let digests: Vec<Hash> = rows.iter().map(event_digest).collect();
        let place = usize::try_from(row.position.0 - block.first.0).unwrap_or(usize::MAX);
        Self {
            in_block: merkle_path(&digests, place),
            row,
            places: block.places(),
            previous: block.previous,
            in_log,
            head,
        }
    }

    /// Reads a receipt.
    ///
    /// # Errors
    /// [`ReceiptError::Unreadable`] unless `text` is, byte for byte, what [`Self::to_text`] makes;
    /// [`ReceiptError::Head`] when its head is none.
    pub fn parse(text: &str) -> Result<Self, ReceiptError> {
        let unreadable = |what: String| ReceiptError::Unreadable(what);
        let shape: Shape =
            serde_json::from_str(text).map_err(|error| unreadable(error.to_string()))?;
        if shape.form != FORM {
            return Err(unreadable(format!(
                "its form is {:?}, not {FORM}",
                shape.form
            )));
        }
        let receipt = shape
            .read()?
            .ok_or_else(|| unreadable("a hash has not 64 hexadecimal digits".to_owned()))?;
        if receipt.to_text() != text {
            return Err(unreadable(
                "it is not byte for byte as it was made".to_owned(),
            ));
        }
        Ok(receipt)
    }

    /// The file: JSON in one fixed order.
    pub fn to_text(&self) -> String {
        let shape = Shape::of(self);
        let mut text = serde_json::to_string_pretty(&shape).unwrap_or_default();
        text.push('\n');
        text
    }

    /// What it proves, when `key` signed its head.
    ///
    /// # Errors
    /// [`ReceiptError::Head`] when the head is not signed with `key`; otherwise where the way from
    /// the event to the head breaks.
    pub fn verify(self, key: &PublicKey) -> Result<Proven, ReceiptError> {
        let head = self.head.verify(key)?;
        let (row, places) = (self.row, self.places);
        let position = row.position;
        let offset = |of: Position| u64::try_from(of.0.checked_sub(places.first.0)?).ok();
        let in_block = || Some((offset(position)?, offset(places.last)?.checked_add(1)?));
        let (place, size) = in_block().ok_or(ReceiptError::Outside { position, places })?;
        let root = root_by_path(&event_digest(&row), place, size, &self.in_block);
        let root = root.ok_or(ReceiptError::Outside { position, places })?;
        let hash = block_hash(places.first, places.last, &root, &self.previous);
        let BlockPath { index, path } = &self.in_log;
        if root_by_path(&hash, *index, head.blocks, path) != Some(head.tree) {
            return Err(ReceiptError::NotInHead {
                position,
                head: head.position,
            });
        }
        Ok(Proven {
            row,
            block: places,
            block_hash: hash,
            head,
        })
    }
}

/// A receipt proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// It is none, or not whole.
    #[error("this is no receipt, or not all of one: {0}")]
    Unreadable(String),
    /// Its head is none, or not signed with the key.
    #[error(transparent)]
    Head(#[from] HeadError),
    /// Its parts do not belong together.
    #[error(
        "the receipt was altered: position {position} has no such place in a block over {places}"
    )]
    Outside {
        /// The position that it says.
        position: Position,
        /// The block that it says.
        places: Places,
    },
    /// The head does not hold what it says.
    #[error(
        "the receipt was altered: the log up to position {head} does not hold this event at position {position}"
    )]
    NotInHead {
        /// The position that it says.
        position: Position,
        /// That of its head.
        head: Position,
    },
}

/// The JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    #[serde(rename = "receipt")]
    form: String,
    event: EventShape,
    block: BlockShape,
    log: LogShape,
    head: String,
}

/// The columns of the event.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EventShape {
    position: i64,
    stream: String,
    version: i64,
    event_id: uuid::Uuid,
    #[serde(rename = "type")]
    event_type: String,
    schema_version: i32,
    data: String,
    metadata: String,
    occurred_at: Timestamp,
    recorded_at: Timestamp,
}

/// Its block, and the way to the block's root.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockShape {
    first: i64,
    last: i64,
    previous: String,
    path: Vec<String>,
}

/// The way from the block to the root over all blocks.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LogShape {
    block: u64,
    path: Vec<String>,
}

impl Shape {
    fn of(receipt: &Receipt) -> Self {
        let row = receipt.row.clone();
        let hexes = |hashes: &[Hash]| hashes.iter().map(|hash| to_hex(hash)).collect();
        Self {
            form: FORM.to_owned(),
            event: EventShape {
                position: row.position.0,
                stream: row.stream,
                version: row.version.0,
                event_id: row.event_id.uuid(),
                event_type: row.event_type.into_owned(),
                schema_version: row.schema_version,
                data: row.data,
                metadata: row.metadata.to_string(),
                occurred_at: row.occurred_at,
                recorded_at: row.recorded_at,
            },
            block: BlockShape {
                first: receipt.places.first.0,
                last: receipt.places.last.0,
                previous: to_hex(&receipt.previous),
                path: hexes(&receipt.in_block),
            },
            log: LogShape {
                block: receipt.in_log.index,
                path: hexes(&receipt.in_log.path),
            },
            head: receipt.head.to_string(),
        }
    }

    /// The receipt; none when a hash is no hash.
    fn read(self) -> Result<Option<Receipt>, HeadError> {
        let head = SignedHead::parse(&self.head)?;
        let hashes = |texts: &[String]| {
            texts
                .iter()
                .map(|text| from_hex(text))
                .collect::<Option<_>>()
        };
        let read = |event: EventShape, block: BlockShape, log: LogShape| {
            Some(Receipt {
                row: EventRow {
                    position: Position(event.position),
                    stream: event.stream,
                    version: Version(event.version),
                    event_id: EventId::new(event.event_id),
                    event_type: event.event_type.into(),
                    schema_version: event.schema_version,
                    data: event.data,
                    metadata: event.metadata.into(),
                    occurred_at: event.occurred_at,
                    recorded_at: event.recorded_at,
                },
                places: Places {
                    first: Position(block.first),
                    last: Position(block.last),
                },
                previous: from_hex(&block.previous)?,
                in_block: hashes(&block.path)?,
                in_log: BlockPath {
                    index: log.block,
                    path: hashes(&log.path)?,
                },
                head,
            })
        };
        Ok(read(self.event, self.block, self.log))
    }
}
