//! What can be asked of batches.

use betstream_events::{
    batch::JsonText,
    ids::{AccountId, BatchId, BetPid, IdKind},
    money::Money,
};

use super::{
    Gate, Repeats,
    account::{ANSWER_WITHIN, too_late},
};
use crate::{
    answer::Answer,
    batch::{Batch, BatchAction, BatchCommand, BatchRejection, NewBatch, NewBet, StatusChange},
    context::CommandContext,
    directory::Directory,
    error::CommandError,
    id_pool::IdPool,
    journal::Lane,
};

/// A new bet as an operator or program sends it; its id is given here.
#[derive(Clone, Debug, PartialEq)]
pub struct BetTerms {
    /// The client's own number.
    pub number: i64,
    /// What it is on, as written.
    pub selection: String,
    /// What is staked.
    pub stake: Money,
    /// What it debits.
    pub cost: Money,
}

type Answered = Result<Answer, CommandError<BatchRejection>>;

/// Commands to batches; cheap to clone.
#[derive(Clone)]
pub struct BatchCommands {
    pub(crate) directory: Directory<Batch>,
    pub(crate) ids: IdPool,
    pub(crate) gate: Gate,
    pub(crate) repeats: Repeats,
}

impl BatchCommands {
    /// Creates a batch; the answer's fact is `batch.created` with all its bets.
    ///
    /// # Errors
    /// A rule of batches, or why it could not be taken.
    pub async fn create(
        &self,
        account: AccountId,
        meta: JsonText,
        bets: Vec<BetTerms>,
        context: CommandContext,
    ) -> Answered {
        self.run(account, None, context, async |ids| {
            let bets = with_pids(ids, bets).await?;
            Ok(BatchAction::Create(NewBatch {
                name: None,
                meta,
                bets,
            }))
        })
        .await
    }

    /// Adds bets to an open batch; the answer's fact is `batch.created` with all its bets.
    ///
    /// # Errors
    /// A rule of batches, or why it could not be taken.
    pub async fn add_bets(
        &self,
        account: AccountId,
        batch: BatchId,
        bets: Vec<BetTerms>,
        context: CommandContext,
    ) -> Answered {
        self.run(account, Some(batch), context, async |ids| {
            Ok(BatchAction::AddBets(with_pids(ids, bets).await?))
        })
        .await
    }

    /// Gives one bet a status; the answer's fact is `batch.bet-status-changed`.
    ///
    /// # Errors
    /// A rule of batches, or why it could not be taken.
    pub async fn set_status(
        &self,
        account: AccountId,
        batch: BatchId,
        change: StatusChange,
        context: CommandContext,
    ) -> Answered {
        self.run(account, Some(batch), context, async |_| {
            Ok(BatchAction::SetStatus(change))
        })
        .await
    }

    /// Gives several bets a status, all or nothing; the answer's fact is
    /// `batch.bets-status-changed` with every bet that was named, in that order.
    ///
    /// # Errors
    /// A rule of batches, or why it could not be taken.
    pub async fn set_statuses(
        &self,
        account: AccountId,
        batch: BatchId,
        changes: Vec<StatusChange>,
        context: CommandContext,
    ) -> Answered {
        self.run(account, Some(batch), context, async |_| {
            Ok(BatchAction::SetStatuses(changes))
        })
        .await
    }

    /// Submits a batch; the answer's fact is `batch.completed` where nothing executes it.
    ///
    /// # Errors
    /// A rule of batches, or why it could not be taken.
    pub async fn submit(
        &self,
        account: AccountId,
        batch: BatchId,
        context: CommandContext,
    ) -> Answered {
        self.run(account, Some(batch), context, async |_| {
            Ok(BatchAction::Submit)
        })
        .await
    }

    /// Takes an open batch back; the answer's fact is `batch.withdrawn`.
    ///
    /// # Errors
    /// A rule of batches, or why it could not be taken.
    pub async fn withdraw(
        &self,
        account: AccountId,
        batch: BatchId,
        context: CommandContext,
    ) -> Answered {
        self.run(account, Some(batch), context, async |_| {
            Ok(BatchAction::Withdraw {
                with_account: false,
            })
        })
        .await
    }

    pub(crate) async fn withdraw_with_account(
        &self,
        account: AccountId,
        batch: BatchId,
        context: CommandContext,
    ) -> Answered {
        self.run(account, Some(batch), context, async |_| {
            Ok(BatchAction::Withdraw { with_account: true })
        })
        .await
    }

    async fn run(
        &self,
        account_id: AccountId,
        batch: Option<BatchId>,
        context: CommandContext,
        action: impl AsyncFnOnce(&IdPool) -> Result<BatchAction, CommandError<BatchRejection>>,
    ) -> Answered {
        let _pass = self.gate.enter().ok_or(CommandError::Stopping)?;
        let (first, _running) = self.repeats.look_up(&context).await?;
        if let Some(first) = first {
            return Ok(first);
        }
        let batch_id = match batch {
            Some(id) => id,
            None => BatchId::new(self.ids.one(IdKind::Batch).await?),
        };
        let command = BatchCommand {
            account_id,
            action: action(&self.ids).await?,
        };
        let answer = self
            .directory
            .ask(batch_id, command, context, Lane::Commands);
        tokio::time::timeout(ANSWER_WITHIN, answer)
            .await
            .unwrap_or_else(|_| Err(too_late()))
    }
}

async fn with_pids(
    ids: &IdPool,
    bets: Vec<BetTerms>,
) -> Result<Vec<NewBet>, CommandError<BatchRejection>> {
    let pids = ids.many(IdKind::Bet, bets.len()).await?;
    let numbered = |(pid, bet): (i64, BetTerms)| {
        let BetTerms {
            number,
            selection,
            stake,
            cost,
        } = bet;
        NewBet {
            pid: BetPid::new(pid),
            number,
            selection,
            stake,
            cost,
        }
    };
    Ok(pids.into_iter().zip(bets).map(numbered).collect())
}
