//! The hash chain: every chunk seals a block over its events, chained to the block before.
//!
//! An event's digest is BLAKE3 over the stored bytes of all its columns, each preceded by its
//! length. A block's root is the Merkle root of its digests; its hash covers its first and last
//! position, the root and the previous block's hash.

mod block;
mod digest;
mod fault;
mod merkle;

pub use block::{Block, GENESIS, Hash, Link, block_hash, inspect_block, verify_block};
pub use digest::event_digest;
pub use fault::{BlockFault, Places};
pub(crate) use merkle::{leaf as merkle_leaf, path_in, root_of};
pub use merkle::{merkle_path, merkle_root, root_by_path};
