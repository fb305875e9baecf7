//! Placing stream bets in batches: finds the open batch of a name, or makes it.

use std::{collections::HashMap, sync::Arc};

use betstream_events::{
    batch::JsonText,
    claims::Claim,
    clock::Clock,
    envelope::StreamName,
    ids::{AccountId, BatchId, BetPid, EventId, IdKind},
    store::{ReadStream, StoreError, Tally},
};
use futures::{StreamExt, stream};
use parking_lot::Mutex;

use crate::{
    batch::{Batch, BatchAction, BatchCommand, BatchRejection, BetFault, JoiningBet, NewBatch},
    context::CommandContext,
    directory::Directory,
    error::CommandError,
    id_pool::IdPool,
    journal::Lane,
    market::{BetOutcome, BetRejection, MarketItem, Markets, SentBet, Taking, amount, odds},
};

/// How often a bet looks for a batch again when the one it found was closed in between.
const MOST_LOOKUPS: usize = 6;
/// How many bets join one batch at once: a good turn, and well within what its actor queues.
const SIDE_BY_SIDE: usize = 256;
/// How many names are remembered; past it, all are looked up again.
const MOST_NAMES: usize = 10_000;

/// Finds and makes the batches that stream bets join; cheap to clone.
#[derive(Clone)]
pub struct Placement {
    pub(crate) batches: Directory<Batch>,
    pub(crate) markets: Markets,
    pub(crate) store: Arc<dyn ReadStream>,
    pub(crate) ids: IdPool,
    pub(crate) names: Arc<Mutex<HashMap<(AccountId, String), BatchId>>>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// Why a bet joined nothing.
enum NotPlaced {
    Refused(BetRejection),
    Settled(BetOutcome),
}

impl From<StoreError> for NotPlaced {
    fn from(error: StoreError) -> Self {
        Self::Settled(BetOutcome::Deferred {
            reason: error.to_string(),
        })
    }
}

impl Placement {
    /// Places `bets` of one account in its batch `name`, in their order, and gives each its
    /// outcome. The first finds or makes the batch; the others then join it side by side.
    pub(super) async fn join(
        &self,
        account: AccountId,
        name: &str,
        bets: Vec<(usize, SentBet)>,
        taking: &Arc<Taking>,
    ) -> Vec<(usize, BetOutcome)> {
        let join_one =
            async |(index, sent)| (index, self.join_one(account, name, sent, taking).await);
        let mut bets = bets.into_iter();
        let Some(first) = bets.next() else {
            return Vec::new();
        };
        let mut outcomes = vec![join_one(first).await];
        let rest = stream::iter(bets).map(join_one).buffered(SIDE_BY_SIDE);
        outcomes.extend(rest.collect::<Vec<_>>().await);
        outcomes
    }

    async fn join_one(
        &self,
        account: AccountId,
        name: &str,
        sent: SentBet,
        taking: &Arc<Taking>,
    ) -> BetOutcome {
        match self.place(account, name, &sent, taking).await {
            Ok(outcome) | Err(NotPlaced::Settled(outcome)) => outcome,
            Err(NotPlaced::Refused(rejection)) => {
                let game_id = sent.game_id.clone();
                let refuse = vec![MarketItem::Refuse(sent, rejection)];
                let outcome = self
                    .markets
                    .take(&game_id, refuse, taking.clone())
                    .await
                    .pop();
                outcome.unwrap_or_else(|| BetOutcome::Deferred {
                    reason: "it was not settled".to_owned(),
                })
            }
        }
    }

    async fn place(
        &self,
        account: AccountId,
        name: &str,
        sent: &SentBet,
        taking: &Taking,
    ) -> Result<BetOutcome, NotPlaced> {
        let amount = amount(sent, taking.currency).map_err(NotPlaced::Refused)?;
        let odds = odds(sent).map_err(NotPlaced::Refused)?;
        let pid = BetPid::new(self.ids.one(IdKind::Bet).await?);
        let bet = JoiningBet {
            pid,
            bet_id: sent.bet_id,
            game_id: sent.game_id.clone(),
            bet_type: sent.bet_type.clone(),
            amount,
            selection: sent.selection.clone(),
            odds,
            batch: name.to_owned(),
            placed_at: sent.placed_at.clone(),
            tally: taking.tally(Tally::Bet),
        };
        for _ in 0..MOST_LOOKUPS {
            let batch_id = self.find_or_make(account, name, sent, taking).await?;
            let command = BatchCommand {
                account_id: account,
                action: BatchAction::Join(Box::new(bet.clone())),
            };
            match self
                .batches
                .ask(batch_id, command, context(sent, taking), Lane::Stream)
                .await
            {
                Ok(answer) => {
                    return Ok(BetOutcome::Recorded {
                        position: answer.position,
                    });
                }
                Err(CommandError::Rejected(BatchRejection::AlreadyRecorded { position })) => {
                    return Ok(BetOutcome::AlreadyRecorded { position });
                }
                Err(CommandError::Rejected(
                    BatchRejection::NotOpen { .. } | BatchRejection::Unknown { .. },
                )) => {
                    self.names.lock().remove(&(account, name.to_owned()));
                }
                Err(CommandError::Rejected(rejection)) => {
                    return Err(NotPlaced::Refused(refusal(account, rejection)));
                }
                Err(error) => {
                    return Err(NotPlaced::Settled(BetOutcome::Deferred {
                        reason: error.to_string(),
                    }));
                }
            }
        }
        Err(NotPlaced::Settled(BetOutcome::Deferred {
            reason: format!("batch {name:?} is closed again and again"),
        }))
    }

    async fn find_or_make(
        &self,
        account: AccountId,
        name: &str,
        sent: &SentBet,
        taking: &Taking,
    ) -> Result<BatchId, NotPlaced> {
        let key = (account, name.to_owned());
        if let Some(batch_id) = self.names.lock().get(&key) {
            return Ok(*batch_id);
        }
        let batch_id = match self
            .store
            .claim_holder(&Claim::BatchName(account, name.to_owned()))
            .await?
        {
            Some(StreamName::Batch(batch_id)) => batch_id,
            // No batch is made for a bet that is recorded: its market tells a repeat from a conflict.
            _ if self
                .store
                .find_event(EventId::new(sent.bet_id))
                .await?
                .is_some() =>
            {
                return Err(NotPlaced::Refused(BetRejection::UnknownAccount {
                    account_id: account,
                }));
            }
            _ => self.make(account, name, sent, taking).await?,
        };
        let mut names = self.names.lock();
        if names.len() >= MOST_NAMES {
            names.clear();
        }
        names.insert(key, batch_id);
        Ok(batch_id)
    }

    async fn make(
        &self,
        account: AccountId,
        name: &str,
        sent: &SentBet,
        taking: &Taking,
    ) -> Result<BatchId, NotPlaced> {
        let batch_id = BatchId::new(self.ids.one(IdKind::Batch).await?);
        let meta = JsonText::from_valid(serde_json::json!({ "name": name }).to_string());
        let new = NewBatch {
            name: Some(name.to_owned()),
            meta,
            bets: Vec::new(),
        };
        let command = BatchCommand {
            account_id: account,
            action: BatchAction::Create(new),
        };
        // The batch is made now, whenever the bet was placed, and because of that bet.
        let mut context = context(sent, taking);
        context.now = self.clock.now();
        context.causes = context.causes.of_effect(EventId::new(sent.bet_id));
        match self
            .batches
            .ask(batch_id, command, context, Lane::Stream)
            .await
        {
            Ok(_) => Ok(batch_id),
            Err(CommandError::Rejected(BatchRejection::NameHeld { held_by })) => {
                match held_by.parse() {
                    Ok(StreamName::Batch(holder)) => Ok(holder),
                    _ => Err(NotPlaced::Settled(BetOutcome::Deferred {
                        reason: format!("batch {name:?} is held by {held_by}"),
                    })),
                }
            }
            Err(CommandError::Rejected(rejection)) => {
                Err(NotPlaced::Refused(refusal(account, rejection)))
            }
            Err(error) => Err(NotPlaced::Settled(BetOutcome::Deferred {
                reason: error.to_string(),
            })),
        }
    }
}

fn context(sent: &SentBet, taking: &Taking) -> CommandContext {
    let mut context = CommandContext::new(taking.who.clone(), taking.road, sent.occurred_at);
    context.causes = taking.causes_of(sent).clone();
    context.source = taking.source_of(sent);
    context
}

fn refusal(account_id: AccountId, rejection: BatchRejection) -> BetRejection {
    match rejection {
        BatchRejection::BadBet {
            fault: BetFault::StakeNotPositive { stake },
            ..
        } => BetRejection::StakeNotPositive { amount: stake },
        BatchRejection::BadBet {
            fault: BetFault::Selection(error),
            ..
        } => BetRejection::Selection(error),
        BatchRejection::Conflicting { differences } => {
            BetRejection::ConflictingDuplicate { differences }
        }
        full @ BatchRejection::TooManyBets { .. } => BetRejection::BatchFull {
            detail: full.to_string(),
        },
        BatchRejection::Unknown { .. }
        | BatchRejection::Exists { .. }
        | BatchRejection::UnknownBet { .. }
        | BatchRejection::NotOpen { .. }
        | BatchRejection::Stale { .. }
        | BatchRejection::UnknownAccount { .. }
        | BatchRejection::NameHeld { .. }
        | BatchRejection::AlreadyRecorded { .. } => BetRejection::UnknownAccount { account_id },
    }
}
