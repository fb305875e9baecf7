//! Heads that were kept elsewhere, held against the log as it is.

use super::head::{HeadError, LogHead, same_log};
use crate::{
    chain::Places,
    envelope::Position,
    store::{LogReader, StoreError},
};

/// What became of the part of the log that a kept head holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptHead {
    /// It is there as it was.
    Holds,
    /// It is not: the first change lies in these positions, after the last head that holds.
    Rewritten(Places),
    /// The log ends before the head's position.
    Cut {
        /// Where it ends.
        end: Position,
    },
}

/// Holds `heads`, in the order of their positions, against the log: one answer each.
///
/// # Errors
/// [`KeptHeadsError`] when a head is another log's, or the store does not answer.
pub async fn check_heads(
    log: &dyn LogReader,
    heads: &[LogHead],
) -> Result<Vec<KeptHead>, KeptHeadsError> {
    let identity = log.identity().await?;
    for head in heads {
        same_log(head, &identity)?;
    }
    let end = super::end_of(log).await?;
    let (mut answers, mut holds) = (Vec::with_capacity(heads.len()), Position::START);
    for head in heads {
        let is_there = log.block_hash_at(head.position).await? == Some(head.block);
        answers.push(if is_there {
            holds = holds.max(head.position);
            KeptHead::Holds
        } else if head.position > end {
            KeptHead::Cut { end }
        } else {
            KeptHead::Rewritten(Places {
                first: holds.next(),
                last: head.position,
            })
        });
    }
    Ok(answers)
}

/// Kept heads cannot be held against the log.
#[derive(Debug, thiserror::Error)]
pub enum KeptHeadsError {
    /// A head is another log's.
    #[error(transparent)]
    Head(#[from] HeadError),
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}
