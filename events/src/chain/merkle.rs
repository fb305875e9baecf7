//! Merkle roots as in RFC 6962: leaves and inner nodes are hashed under different prefixes, and a
//! level of odd length passes its last node up unchanged.

use super::Hash;

const LEAF: u8 = 0;
const NODE: u8 = 1;

/// The root over `digests` in order; the hash of nothing for an empty list.
pub fn merkle_root(digests: &[Hash]) -> Hash {
    root_of(digests.iter().map(leaf).collect())
}

/// What proves that the digest at `index` is under the root: the sibling on each level that has one,
/// lowest first.
pub fn merkle_path(digests: &[Hash], index: usize) -> Vec<Hash> {
    path_in(digests.iter().map(leaf).collect(), index)
}

/// The root over `size` digests of which the one at `index` is `digest`, by its path; none where the
/// path is not one of such a tree.
pub fn root_by_path(digest: &Hash, index: u64, size: u64, path: &[Hash]) -> Option<Hash> {
    if index >= size {
        return None;
    }
    let (mut hash, mut place, mut length) = (leaf(digest), index, size);
    let mut siblings = path.iter();
    while length > 1 {
        // The last node of an odd level goes up as it is.
        let is_alone = place == length - 1 && length % 2 == 1;
        if !is_alone {
            let sibling = siblings.next()?;
            hash = if place.is_multiple_of(2) {
                node(&hash, sibling)
            } else {
                node(sibling, &hash)
            };
        }
        (place, length) = (place / 2, length.div_ceil(2));
    }
    siblings.next().is_none().then_some(hash)
}

/// The root over a level of nodes.
pub(crate) fn root_of(mut level: Vec<Hash>) -> Hash {
    if level.is_empty() {
        return *blake3::hash(&[]).as_bytes();
    }
    while level.len() > 1 {
        level = above(&level);
    }
    level[0]
}

/// The path from the node at `index` of a level to the root over it.
pub(crate) fn path_in(mut level: Vec<Hash>, mut index: usize) -> Vec<Hash> {
    let mut path = Vec::new();
    while level.len() > 1 {
        path.extend(level.get(index ^ 1));
        level = above(&level);
        index /= 2;
    }
    path
}

fn above(level: &[Hash]) -> Vec<Hash> {
    let pairs = level.chunks(2).map(|pair| match pair {
        [left, right] => node(left, right),
        alone => alone[0],
    });
    pairs.collect()
}

/// A digest as a node of the lowest level.
pub(crate) fn leaf(digest: &Hash) -> Hash {
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
