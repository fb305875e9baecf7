//! Checkpoints: up to where a projection has counted, in which log.

use betstream_events::{
    chain::{GENESIS, Hash},
    envelope::Position,
    store::{FollowLog, Head, LogIdentity, StoreError},
};
use uuid::Uuid;

/// A log's first epoch. Migrations that change a view's form set its checkpoints to an earlier one.
const FIRST_EPOCH: i64 = 1;

/// Up to where a projection has counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log.
    pub log: Uuid,
    /// Its epoch.
    pub epoch: i64,
    /// The last position that is counted.
    pub position: Position,
    /// The hash of the block that ends at or covers that position.
    pub block_hash: Hash,
}

impl Checkpoint {
    /// Before the first event of `identity`.
    pub const fn start(identity: &LogIdentity) -> Self {
        Self {
            log: identity.log,
            epoch: identity.epoch,
            position: Position::START,
            block_hash: GENESIS,
        }
    }

    /// The same log and epoch, counted up to `position`.
    ///
    /// # Errors
    /// [`StoreError`] when the log cannot be asked for the block.
    pub async fn moved_to(
        &self,
        position: Position,
        log: &dyn FollowLog,
    ) -> Result<Self, StoreError> {
        let block_hash = log.block_hash_at(position).await?.unwrap_or(GENESIS);
        Ok(Self {
            position,
            block_hash,
            ..*self
        })
    }

    /// Whether it was made in this very log, and the log still holds what it has counted.
    ///
    /// # Errors
    /// [`StoreError`] when the log cannot be asked.
    pub async fn fits(
        &self,
        head: &Head,
        log: &dyn FollowLog,
    ) -> Result<Result<(), Misfit>, StoreError> {
        if self.log != head.identity.log {
            return Ok(Err(Misfit::OtherLog));
        }
        if self.epoch < FIRST_EPOCH {
            return Ok(Err(Misfit::OtherForm));
        }
        if self.epoch != head.identity.epoch {
            return Ok(Err(Misfit::OtherEpoch));
        }
        if self.position > head.position {
            return Ok(Err(Misfit::AheadOfTheLog));
        }
        let hash = if self.position == Position::START {
            Some(GENESIS)
        } else {
            log.block_hash_at(self.position).await?
        };
        Ok(if hash == Some(self.block_hash) {
            Ok(())
        } else {
            Err(Misfit::OtherHistory)
        })
    }
}

/// Why a checkpoint does not belong to the log: the projection must be rebuilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// There is none.
    #[error("there is no checkpoint")]
    Missing,
    /// It was made in another log.
    #[error("the checkpoint belongs to another log")]
    OtherLog,
    /// The log was reset or restored since.
    #[error("the checkpoint belongs to another epoch of the log")]
    OtherEpoch,
    /// The view's tables have another form since.
    #[error("the view has another form than when it was built")]
    OtherForm,
    /// It counts events that the log does not hold.
    #[error("the checkpoint is ahead of the log")]
    AheadOfTheLog,
    /// The log holds other events at its position.
    #[error("the log holds another history at the checkpoint")]
    OtherHistory,
}

/// A hash as hexadecimal text, as views keep it.
pub(crate) fn hash_to_text(hash: &Hash) -> String {
    use std::fmt::Write;
    hash.iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _never_fails = write!(text, "{byte:02x}");
            text
        })
}

/// Reads [`hash_to_text`]; anything else is a hash that no block has.
pub(crate) fn hash_from_text(text: &str) -> Hash {
    let mut hash = [0xff; 32];
    if text.len() == 64 && text.is_ascii() {
        for (byte, at) in hash.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(&text[at..at + 2], 16).unwrap_or(0xff);
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_kept_as_text() {
        let hash: Hash = std::array::from_fn(|at| (at * 7) as u8);
        assert_eq!(hash_from_text(&hash_to_text(&hash)), hash);
        assert_eq!(hash_from_text("short"), [0xff; 32]);
    }

    #[actix_rt::test]
    async fn what_a_migration_marked_has_another_form() {
        let log = crate::testing::TestLog::new();
        let head = log.head().await;
        let start = Checkpoint::start(&head.identity);
        assert_eq!(start.fits(&head, &*log.store).await.unwrap(), Ok(()));
        let marked = Checkpoint { epoch: -1, ..start };
        let fits = marked.fits(&head, &*log.store).await.unwrap();
        assert_eq!(fits, Err(Misfit::OtherForm));
    }
}
