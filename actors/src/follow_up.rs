//! Following up on deleted accounts: their open batches are withdrawn, at once and again after
//! every restart until it is done.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use betstream_events::{
    causes::Causes,
    clock::Clock,
    ids::{AccountId, BatchId},
    metadata::Road,
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{
    batch::BatchRejection, context::CommandContext, error::CommandError, handle::BatchCommands,
};

/// How often to look even when nobody said that an account went.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Knows the open batches of deleted accounts. The desk's read model answers this.
#[async_trait]
pub trait FindStranded: Send + Sync + 'static {
    /// Open batches whose account was deleted, at most `limit`.
    ///
    /// # Errors
    /// A text, when it cannot be told now.
    async fn find(&self, limit: usize) -> Result<Vec<StrandedBatch>, String>;
}

/// An open batch whose account was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrandedBatch {
    /// The account.
    pub account_id: AccountId,
    /// The batch.
    pub batch_id: BatchId,
    /// The event that deleted the account, and what that belongs to.
    pub causes: Causes,
}

/// Says that an account went.
#[derive(Clone, Default)]
pub struct Stranded(Arc<Notify>);

impl Stranded {
    pub(crate) fn look(&self) {
        self.0.notify_one();
    }

    /// Withdraws the batches of deleted accounts until `stop`.
    pub async fn follow(
        self,
        find: Arc<dyn FindStranded>,
        batches: BatchCommands,
        clock: Arc<dyn Clock>,
        stop: CancellationToken,
    ) {
        const PAGE: usize = 100;
        loop {
            match find.find(PAGE).await {
                Ok(found) => {
                    let mut withdrawn = 0;
                    for stranded in found {
                        withdrawn += usize::from(withdraw(&batches, stranded, &*clock).await);
                    }
                    if withdrawn == PAGE && !stop.is_cancelled() {
                        continue;
                    }
                }
                Err(reason) => {
                    tracing::debug!(
                        reason,
                        "batches of deleted accounts cannot be looked up now"
                    );
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.0.notified() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    }
}

/// Whether the batch is withdrawn now, by us or by somebody else.
async fn withdraw(batches: &BatchCommands, stranded: StrandedBatch, clock: &dyn Clock) -> bool {
    let StrandedBatch {
        account_id,
        batch_id,
        causes,
    } = stranded;
    let mut context = CommandContext::new("betstream", Road::FollowUp, clock.now());
    context.reason = Some(format!("account {account_id} was deleted"));
    context.causes = causes;
    match batches
        .withdraw_with_account(account_id, batch_id, context)
        .await
    {
        Ok(_)
        | Err(CommandError::Rejected(
            BatchRejection::NotOpen { .. } | BatchRejection::Unknown { .. },
        )) => true,
        Err(error) => {
            tracing::warn!(%error, %batch_id, "a batch of a deleted account is not withdrawn yet");
            false
        }
    }
}
