//! Blocks: one for each committed chunk.

use super::{event_digest, merkle_root};
use crate::envelope::{EventRow, Position};

/// A BLAKE3 hash.
pub type Hash = [u8; 32];

/// What the first block is chained to.
pub const GENESIS: Hash = [0; 32];

/// The seal over the events of one chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its first event.
    pub first: Position,
    /// Its last event.
    pub last: Position,
    /// Merkle root of its events' digests.
    pub root: Hash,
    /// The first 8 bytes of each digest, in order, so that a mismatch names its position.
    pub digests: Vec<u8>,
    /// The hash of the block before, or [`GENESIS`].
    pub previous: Hash,
    /// This block's own hash.
    pub hash: Hash,
}

impl Block {
    /// Seals `rows`, which must be dense in position and not empty.
    pub fn seal(previous: Hash, rows: &[EventRow]) -> Self {
        let first = rows.first().map_or(Position::START, |row| row.position);
        let last = rows.last().map_or(Position::START, |row| row.position);
        let digests: Vec<Hash> = rows.iter().map(event_digest).collect();
        let root = merkle_root(&digests);
        let short = digests
            .iter()
            .flat_map(|digest| digest[..8].iter().copied())
            .collect();
        Self {
            first,
            last,
            root,
            digests: short,
            previous,
            hash: block_hash(first, last, &root, &previous),
        }
    }
}

fn block_hash(first: Position, last: Position, root: &Hash, previous: &Hash) -> Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&first.0.to_le_bytes());
    hasher.update(&last.0.to_le_bytes());
    hasher.update(root);
    hasher.update(previous);
    *hasher.finalize().as_bytes()
}

/// Why a block does not prove its events.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlockFault {
    /// The block does not follow on the one before.
    #[error("block {first}..{last} is not chained to the block before it")]
    Unchained {
        /// Its first position.
        first: Position,
        /// Its last position.
        last: Position,
    },
    /// An event is missing, doubled or out of order.
    #[error("the event at position {position} is missing or out of order")]
    NotDense {
        /// The position that was due.
        position: Position,
    },
    /// An event is not what was sealed.
    #[error("the event at position {position} was altered")]
    Altered {
        /// Where it stands.
        position: Position,
    },
    /// The block's own row is not what was sealed.
    #[error("the block {first}..{last} was altered")]
    Forged {
        /// Its first position.
        first: Position,
        /// Its last position.
        last: Position,
    },
}

/// Checks that `block` follows on `previous` and seals exactly `rows`.
///
/// # Errors
/// The first [`BlockFault`] found, which names the position.
pub fn verify_block(previous: &Hash, block: &Block, rows: &[EventRow]) -> Result<(), BlockFault> {
    let (first, last) = (block.first, block.last);
    if block.previous != *previous {
        return Err(BlockFault::Unchained { first, last });
    }
    for (due, position) in (first.0..=last.0).map(Position).enumerate() {
        if rows.get(due).is_none_or(|row| row.position != position) {
            return Err(BlockFault::NotDense { position });
        }
    }
    let sealed = Block::seal(*previous, rows);
    if sealed == *block {
        return Ok(());
    }
    let differs = sealed
        .digests
        .chunks(8)
        .zip(block.digests.chunks(8))
        .position(|(ours, theirs)| ours != theirs);
    Err(match differs {
        Some(at) => BlockFault::Altered {
            position: rows[at].position,
        },
        None => BlockFault::Forged { first, last },
    })
}
