//! Merkle roots as in RFC 6962: leaves and inner nodes are hashed under different prefixes, and a
//! level of odd length passes its last node up unchanged.

use super::Hash;

const LEAF: u8 = 0;
const NODE: u8 = 1;

/// The root over `digests` in order; the hash of nothing for an empty list.
pub fn merkle_root(digests: &[Hash]) -> Hash {
    let mut level: Vec<Hash> = digests.iter().map(leaf).collect();
    if level.is_empty() {
        return *blake3::hash(&[]).as_bytes();
    }
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| {
                if let [left, right] = pair {
                    node(left, right)
                } else {
                    pair[0]
                }
            })
            .collect();
    }
    level[0]
}

fn leaf(digest: &Hash) -> Hash {
    let mut bytes = [LEAF; 33];
    bytes[1..].copy_from_slice(digest);
    *blake3::hash(&bytes).as_bytes()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [NODE; 65];
    bytes[1..33].copy_from_slice(left);
    bytes[33..].copy_from_slice(right);
    *blake3::hash(&bytes).as_bytes()
}
