//! Blocks: one for each committed chunk.

use super::{
    event_digest,
    fault::{BlockFault, Places},
    merkle_root,
};
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

/// A block without what it says of its events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its first event.
    pub first: Position,
    /// Its last event.
    pub last: Position,
    /// The hash of the block before, or [`GENESIS`].
    pub previous: Hash,
    /// The block's own hash.
    pub hash: Hash,
}

impl Block {
    /// Seals `rows`, which must be dense in position and not empty.
    pub fn seal(previous: Hash, rows: &[EventRow]) -> Self {
        let first = rows.first().map_or(Position::START, |row| row.position);
        let last = rows.last().map_or(Position::START, |row| row.position);
        let digests: Vec<Hash> = rows.iter().map(event_digest).collect();
        let root = merkle_root(&digests);
        Self {
            first,
            last,
            root,
            digests: short_digests(&digests),
            previous,
            hash: block_hash(first, last, &root, &previous),
        }
    }

    /// The positions that it covers.
    pub const fn places(&self) -> Places {
        Places {
            first: self.first,
            last: self.last,
        }
    }

    /// The positions of the events of which it keeps a digest: the same, unless its row was altered.
    pub fn sealed(&self) -> Places {
        Places {
            first: self.first,
            last: Position(self.first.0.saturating_add(self.events() as i64 - 1)),
        }
    }

    /// How many events it seals: of so many it keeps a digest, whatever its last position says.
    pub fn events(&self) -> usize {
        self.digests.len() / SHORT
    }

    /// What it keeps of the digest of the event at `position`.
    fn short_digest(&self, position: Position) -> Option<&[u8]> {
        let place = usize::try_from(position.0.checked_sub(self.first.0)?).ok()?;
        self.digests
            .get(place.checked_mul(SHORT)?..(place + 1).checked_mul(SHORT)?)
    }

    /// Whether it is what was sealed over `digests`.
    fn seals(&self, digests: &[Hash]) -> bool {
        self.last.0.checked_sub(self.first.0) == Some(digests.len() as i64 - 1)
            && self.root == merkle_root(digests)
            && self.hash == block_hash(self.first, self.last, &self.root, &self.previous)
            && self.digests == short_digests(digests)
    }
}

/// The part of a digest that a block keeps.
const SHORT: usize = 8;

fn short(digest: &Hash) -> &[u8] {
    &digest[..SHORT]
}

fn short_digests(digests: &[Hash]) -> Vec<u8> {
    digests
        .iter()
        .flat_map(|digest| short(digest).iter().copied())
        .collect()
}

/// The hash of a block: what the next one is chained to.
pub fn block_hash(first: Position, last: Position, root: &Hash, previous: &Hash) -> Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&first.0.to_le_bytes());
    hasher.update(&last.0.to_le_bytes());
    hasher.update(root);
    hasher.update(previous);
    *hasher.finalize().as_bytes()
}

/// Checks that `block` follows on `previous` and seals exactly `rows`.
///
/// # Errors
/// The first [`BlockFault`] found, which names the position.
pub fn verify_block(previous: &Hash, block: &Block, rows: &[EventRow]) -> Result<(), BlockFault> {
    if block.previous != *previous {
        return Err(BlockFault::Unchained(block.places()));
    }
    match inspect_block(block, rows).into_iter().next() {
        Some(fault) => Err(fault),
        None => Ok(()),
    }
}

/// Everything in which `block` and `rows`, the rows in order that stand at its positions, differ;
/// whether it follows on the block before is another question.
pub fn inspect_block(block: &Block, rows: &[EventRow]) -> Vec<BlockFault> {
    let (mut faults, mut due) = (Vec::new(), block.first);
    let mut digests: Vec<Hash> = Vec::with_capacity(rows.len());
    for row in rows {
        let position = row.position;
        if position < due {
            faults.push(BlockFault::Surplus { position });
            continue;
        }
        if position > due {
            let last = Position(position.0 - 1);
            faults.push(BlockFault::Missing(Places { first: due, last }));
        }
        let digest = event_digest(row);
        if block
            .short_digest(position)
            .is_some_and(|sealed| sealed != short(&digest))
        {
            faults.push(BlockFault::Altered { position });
        }
        digests.push(digest);
        due = Position(position.0.saturating_add(1));
    }
    let end = block.sealed().last;
    if due <= end {
        let (first, last) = (due, end);
        faults.push(BlockFault::Missing(Places { first, last }));
    }
    // What was found explains why the rest does not fit; otherwise the block itself is to blame.
    if faults.is_empty() && !block.seals(&digests) {
        faults.push(BlockFault::Forged(block.places()));
    }
    faults
}
