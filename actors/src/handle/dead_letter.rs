//! What can be asked of dead letters.

use std::sync::Arc;

use betstream_events::{
    causes::Causes,
    dead_letter::RetryOutcome,
    ids::{DeadLetterId, EventIds},
    store::{self, KeepSnapshots},
};

use super::{
    Gate, Repeats,
    account::{ANSWER_WITHIN, too_late},
};
use crate::{
    answer::Answer,
    context::CommandContext,
    dead_letter::{DeadLetter, DeadLetterCommand, DeadLetterRejection, check_retry},
    directory::Directory,
    entity::{Entity, load},
    error::CommandError,
    intake::{StreamBets, parse_bet},
    journal::Lane,
    market::{BetOutcome, Taking},
};

type Failure = CommandError<DeadLetterRejection>;
type Answered = Result<Answer, Failure>;

/// Commands to dead letters; cheap to clone.
#[derive(Clone)]
pub struct DeadLetterCommands {
    pub(crate) directory: Directory<DeadLetter>,
    pub(crate) store: Arc<dyn KeepSnapshots>,
    pub(crate) event_ids: Arc<dyn EventIds>,
    pub(crate) bets: StreamBets,
    pub(crate) gate: Gate,
    pub(crate) repeats: Repeats,
}

impl DeadLetterCommands {
    /// Reads a letter's bytes once more and takes the bet in them, exactly once by the bet's own
    /// id; the answer's fact is `dead-letter.retried`. The counts of stream messages stay as they
    /// are, for the message was counted when it came.
    ///
    /// # Errors
    /// A rule of dead letters, or why it could not be taken.
    pub async fn retry(&self, id: DeadLetterId, context: CommandContext) -> Answered {
        self.once(context, async |mut context| {
            let letter = self.find(id).await?;
            // Read from the log and not asked of the actor: what another process did must be seen
            // before the bet is taken.
            let loaded = load::<DeadLetter>(&*self.store, &id, None).await?;
            check_retry(&loaded.state, &letter).map_err(CommandError::Rejected)?;
            // The bet names the event that tells of the retry as its cause, so that one's id is
            // known first; both belong to the letter unless the operator says to what.
            let event_id = self.event_ids.next();
            let letters = || DeadLetter::stream(&id).to_string();
            context.causes.correlation.get_or_insert_with(letters);
            let causes = context.causes.of_effect(event_id);
            let outcome = self.read_again(&letter, &context, causes).await?;
            let command = DeadLetterCommand::Conclude { outcome, event_id };
            self.directory
                .ask(id, command, context, Lane::Commands)
                .await
        })
        .await
    }

    /// Gives a letter up, for the reason in the context; the answer's fact is
    /// `dead-letter.discarded`.
    ///
    /// # Errors
    /// A rule of dead letters, or why it could not be taken.
    pub async fn discard(&self, id: DeadLetterId, context: CommandContext) -> Answered {
        self.once(context, async |context| {
            self.find(id).await?;
            self.directory
                .ask(id, DeadLetterCommand::Discard, context, Lane::Commands)
                .await
        })
        .await
    }

    async fn once(
        &self,
        context: CommandContext,
        command: impl AsyncFnOnce(CommandContext) -> Answered,
    ) -> Answered {
        let _pass = self.gate.enter().ok_or(CommandError::Stopping)?;
        let (first, _running) = self.repeats.look_up(&context).await?;
        if let Some(first) = first {
            return Ok(first);
        }
        tokio::time::timeout(ANSWER_WITHIN, command(context))
            .await
            .unwrap_or_else(|_| Err(too_late()))
    }

    async fn find(&self, id: DeadLetterId) -> Result<store::DeadLetter, Failure> {
        let unknown = DeadLetterRejection::Unknown { dead_letter_id: id };
        let found = self.store.dead_letter(id).await?;
        found.ok_or(CommandError::Rejected(unknown))
    }

    async fn read_again(
        &self,
        letter: &store::DeadLetter,
        context: &CommandContext,
        causes: Causes,
    ) -> Result<RetryOutcome, Failure> {
        let bet = match parse_bet(&letter.letter.bytes) {
            Ok(bet) => bet,
            Err(why) => {
                return Ok(RetryOutcome::Unreadable {
                    reason: why.reason.to_owned(),
                    detail: why.detail,
                });
            }
        };
        let bet_id = bet.bet_id;
        let taking = Taking {
            who: context.who.clone(),
            road: context.road,
            stream: None,
            causes,
            currency: self.bets.currency(),
            keeps_refusals: true,
        };
        let outcomes = self.bets.take(vec![bet], Arc::new(taking)).await;
        match outcomes.into_iter().next() {
            Some(BetOutcome::Recorded { position }) => {
                Ok(RetryOutcome::Recorded { bet_id, position })
            }
            Some(BetOutcome::AlreadyRecorded { position }) => {
                Ok(RetryOutcome::AlreadyRecorded { bet_id, position })
            }
            Some(BetOutcome::Refused {
                rejection,
                position: Some(position),
            }) => Ok(RetryOutcome::Refused {
                bet_id,
                code: rejection.code().to_owned(),
                detail: rejection.to_string(),
                position,
            }),
            Some(BetOutcome::Refused { position: None, .. }) | None => Err(
                CommandError::OutcomeUnknown("the bet of a dead letter was not settled".to_owned()),
            ),
            // It may be in the log all the same; the next retry finds it there.
            Some(BetOutcome::Deferred { reason }) => Err(CommandError::OutcomeUnknown(reason)),
        }
    }
}
