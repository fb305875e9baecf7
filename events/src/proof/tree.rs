//! The Merkle tree over the hashes of all blocks: what ties one block to a head, however many blocks
//! lie between them.
//!
//! It grows by reading the chain once. Of each full group of blocks only the root is kept, so that a
//! tree over millions of blocks fits into a few kilobytes; a path reads the group of its block again.

use super::walk::Mark;
use crate::{
    chain::{Hash, Link, merkle_leaf, path_in, root_of},
    envelope::Position,
    store::{FollowLog, StoreError},
};

/// Blocks of one group. A power of two: a full group is a whole subtree. Tests fill several.
const GROUP: usize = if cfg!(test) { 4 } else { 1_024 };

/// The tree up to some block.
#[derive(Clone, Debug)]
pub struct BlockTree {
    groups: Vec<Group>,
    /// The leaves after the last full group, fewer than [`GROUP`].
    tail: Vec<Hash>,
    /// Where the last full group ends.
    tail_start: Mark,
    end: Mark,
}

/// A full group.
#[derive(Clone, Copy, Debug)]
struct Group {
    /// Where the group before ends.
    start: Mark,
    root: Hash,
}

impl Default for BlockTree {
    fn default() -> Self {
        Self {
            groups: Vec::new(),
            tail: Vec::new(),
            tail_start: Mark::START,
            end: Mark::START,
        }
    }
}

/// One block's place in a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockPath {
    /// How many blocks come before it.
    pub index: u64,
    /// The siblings up to the root, lowest first.
    pub path: Vec<Hash>,
}

impl BlockTree {
    /// Takes in the blocks up to the one that ends at `to`.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where a block is not chained to the one before it.
    pub async fn grow(&mut self, log: &dyn FollowLog, to: Position) -> Result<(), StoreError> {
        while self.end.after < to {
            let links = log.read_links(self.end.after, GROUP).await?;
            let wanted = links.iter().take_while(|link| link.last <= to);
            let before = self.end;
            for link in wanted {
                self.push(link)?;
            }
            if self.end == before {
                return Err(StoreError::Damaged {
                    position: to,
                    what: format!("no block ends there; the chain stands at {}", before.after),
                });
            }
        }
        Ok(())
    }

    fn push(&mut self, link: &Link) -> Result<(), StoreError> {
        if link.first != self.end.after.next() || link.previous != self.end.block {
            return Err(StoreError::Damaged {
                position: link.first,
                what: "its block is not chained to the one before it".to_owned(),
            });
        }
        self.tail.push(merkle_leaf(&link.hash));
        self.end = Mark {
            after: link.last,
            block: link.hash,
        };
        if self.tail.len() == GROUP {
            self.groups.push(Group {
                start: self.tail_start,
                root: root_of(std::mem::take(&mut self.tail)),
            });
            self.tail_start = self.end;
        }
        Ok(())
    }

    /// Where it ends.
    pub const fn end(&self) -> Mark {
        self.end
    }

    /// How many blocks it holds.
    pub fn blocks(&self) -> u64 {
        (self.groups.len() * GROUP + self.tail.len()) as u64
    }

    /// Its root: [`crate::chain::merkle_root`] over the hashes of all blocks.
    pub fn root(&self) -> Hash {
        root_of(self.roots())
    }

    /// The way from the block that begins at `first` to the root.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the log does not hold that block any more as it was taken in.
    pub async fn path(
        &self,
        log: &dyn FollowLog,
        first: Position,
    ) -> Result<BlockPath, StoreError> {
        let group = self
            .groups
            .partition_point(|group| group.start.after < first)
            .saturating_sub(usize::from(first <= self.tail_start.after));
        let start = self
            .groups
            .get(group)
            .map_or(self.tail_start, |group| group.start);
        let roots = self.roots();
        let size = if group < self.groups.len() {
            GROUP
        } else {
            self.tail.len()
        };
        let links = log.read_links(start.after, size).await?;
        let leaves: Vec<Hash> = links.iter().map(|link| merkle_leaf(&link.hash)).collect();
        let place = links.iter().position(|link| link.first == first);
        let place = place.filter(|_| roots.get(group) == Some(&root_of(leaves.clone())));
        let place = place.ok_or_else(|| StoreError::Damaged {
            position: first,
            what: "its block is not what it was when the log was looked at before".to_owned(),
        })?;
        let mut path = path_in(leaves, place);
        path.extend(path_in(roots, group));
        Ok(BlockPath {
            index: (group * GROUP + place) as u64,
            path,
        })
    }

    /// The roots of all groups, the last one of what it has.
    fn roots(&self) -> Vec<Hash> {
        let full = self.groups.iter().map(|group| group.root);
        let last = (!self.tail.is_empty()).then(|| root_of(self.tail.clone()));
        full.chain(last).collect()
    }
}
