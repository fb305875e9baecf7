//! The prover: makes heads and receipts of one log.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::{
    head::{LogHead, SignedHead, same_log},
    key::{PublicKey, SigningKey},
    receipt::Receipt,
    tree::BlockTree,
};
use crate::{
    chain::inspect_block,
    clock::Clock,
    envelope::{EventRow, Position},
    proof::HeadError,
    store::{LogIdentity, LogReader, Order, Span, StoreError},
};

/// Signs what a log is. It remembers the chain that it has seen: a log that is another one below
/// that is not signed for.
pub struct Prover {
    log: Arc<dyn LogReader>,
    key: SigningKey,
    clock: Arc<dyn Clock>,
    seen: Mutex<Option<Seen>>,
}

/// What the prover has seen of the log.
struct Seen {
    identity: LogIdentity,
    tree: BlockTree,
}

/// No head or receipt was made.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ProofError {
    /// The log does not answer, or is damaged.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log is not the one that was signed for before.
    #[error(
        "the log was rewritten: up to position {position} it is not what this process signed before"
    )]
    Rewritten {
        /// Where the part that was seen ends.
        position: Position,
    },
    /// The event is not as it was sealed.
    #[error("nothing is signed for a log that was tampered with: {0}")]
    Tampered(#[from] crate::chain::BlockFault),
    /// The log has not come so far, or no more.
    #[error("no block seals position {0}")]
    NoSuchPosition(Position),
    /// The given head does not fit to the log or the event.
    #[error(transparent)]
    Head(#[from] HeadError),
    /// The given head ends before the event.
    #[error("the head ends at position {head}, before the event at position {position}")]
    HeadTooOld {
        /// Where the head ends.
        head: Position,
        /// Where the event stands.
        position: Position,
    },
    /// The log is not the one that the given head holds.
    #[error("the log is not the one of the head: up to position {0} it was rewritten")]
    OtherThanHead(Position),
}

impl Prover {
    /// A prover that signs with `key`.
    pub fn new(log: Arc<dyn LogReader>, key: SigningKey, clock: Arc<dyn Clock>) -> Self {
        Self {
            log,
            key,
            clock,
            seen: Mutex::default(),
        }
    }

    /// What checks what it signs.
    pub fn public_key(&self) -> PublicKey {
        self.key.public()
    }

    /// A signed head of the log as it is now.
    ///
    /// # Errors
    /// [`ProofError`], when there is nothing that could be signed for.
    pub async fn head(&self) -> Result<SignedHead, ProofError> {
        let (_, head) = self.look().await?;
        Ok(head)
    }

    /// A receipt for the event of `row`, with a head of the log as it is now.
    ///
    /// # Errors
    /// [`ProofError`], when there is nothing that could be signed for.
    pub async fn receipt(&self, row: EventRow) -> Result<Receipt, ProofError> {
        let (tree, head) = self.look().await?;
        receipt(&*self.log, row, &tree, head).await
    }

    async fn look(&self) -> Result<(BlockTree, SignedHead), ProofError> {
        let now = self.log.head().await?;
        let mut seen = self.seen.lock().await;
        let mut tree = match seen.take() {
            Some(Seen { identity, tree }) if identity == now.identity => {
                let end = tree.end();
                if self.log.block_hash_at(end.after).await? != Some(end.block) {
                    *seen = Some(Seen { identity, tree });
                    return Err(ProofError::Rewritten {
                        position: end.after,
                    });
                }
                tree
            }
            _ => BlockTree::default(),
        };
        // Another one may have looked later, and have come further.
        let to = now.position.max(tree.end().after);
        let grown = tree.grow(&*self.log, to).await;
        let head = LogHead {
            log: now.identity.log,
            epoch: now.identity.epoch,
            position: tree.end().after,
            block: tree.end().block,
            blocks: tree.blocks(),
            tree: tree.root(),
            at: self.clock.now(),
        };
        *seen = Some(Seen {
            identity: now.identity,
            tree: tree.clone(),
        });
        grown?;
        Ok((tree, head.sign(&self.key)))
    }
}

/// A receipt for the event of `row` under a head that was signed before, which `key` must have
/// signed.
///
/// # Errors
/// [`ProofError`], when the head does not hold the event, or the log is not that of the head.
pub async fn receipt_under(
    log: &dyn LogReader,
    row: EventRow,
    head: SignedHead,
    key: &PublicKey,
) -> Result<Receipt, ProofError> {
    let signed = head.verify(key)?;
    same_log(&signed, &log.identity().await?)?;
    if row.position > signed.position {
        return Err(ProofError::HeadTooOld {
            head: signed.position,
            position: row.position,
        });
    }
    let mut tree = BlockTree::default();
    tree.grow(log, signed.position).await?;
    if (tree.end().block, tree.root()) != (signed.block, signed.tree) {
        return Err(ProofError::OtherThanHead(signed.position));
    }
    receipt(log, row, &tree, head).await
}

async fn receipt(
    log: &dyn LogReader,
    row: EventRow,
    tree: &BlockTree,
    head: SignedHead,
) -> Result<Receipt, ProofError> {
    let position = row.position;
    let block = log.last_block(position).await?;
    let block = block
        .filter(|block| block.last >= position)
        .ok_or(ProofError::NoSuchPosition(position))?;
    let span = Span {
        after: Position(block.first.0 - 1),
        up_to: block.last,
    };
    let rows = log.rows(span, Order::OldestFirst, usize::MAX).await?;
    if let Some(fault) = inspect_block(&block, &rows).into_iter().next() {
        return Err(fault.into());
    }
    let in_log = tree.path(log, block.first).await?;
    Ok(Receipt::new(row, &block, &rows, in_log, head))
}
