//! What can be asked of accounts.

use std::time::Duration;

use betstream_events::ids::{AccountId, IdKind};

use super::{Gate, Repeats};
use crate::{
    account::{Account, AccountCommand, AccountRejection, AccountTerms},
    answer::Answer,
    context::CommandContext,
    directory::Directory,
    error::CommandError,
    follow_up::Stranded,
    id_pool::IdPool,
    journal::Lane,
};

/// Longest wait for an answer; what is not answered by then may still be carried out.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(30);

type Answered = Result<Answer, CommandError<AccountRejection>>;

/// Commands to accounts; cheap to clone.
#[derive(Clone)]
pub struct AccountCommands {
    pub(crate) directory: Directory<Account>,
    pub(crate) ids: IdPool,
    pub(crate) gate: Gate,
    pub(crate) repeats: Repeats,
    pub(crate) stranded: Stranded,
}

impl AccountCommands {
    /// Opens an account; the answer's fact is `account.opened`.
    ///
    /// # Errors
    /// A rule of accounts, or why it could not be taken.
    pub async fn open(&self, terms: AccountTerms, context: CommandContext) -> Answered {
        self.run(None, AccountCommand::Open(terms), context).await
    }

    /// Changes an account; the answer's fact is `account.opened` with its new details.
    ///
    /// # Errors
    /// A rule of accounts, or why it could not be taken.
    pub async fn change(
        &self,
        id: AccountId,
        terms: AccountTerms,
        context: CommandContext,
    ) -> Answered {
        self.run(Some(id), AccountCommand::Change(terms), context)
            .await
    }

    /// Deletes an account; its open batches are withdrawn as a follow-up.
    ///
    /// # Errors
    /// A rule of accounts, or why it could not be taken.
    pub async fn delete(&self, id: AccountId, context: CommandContext) -> Answered {
        let answer = self.run(Some(id), AccountCommand::Delete, context).await?;
        self.stranded.look();
        Ok(answer)
    }

    async fn run(
        &self,
        id: Option<AccountId>,
        command: AccountCommand,
        context: CommandContext,
    ) -> Answered {
        let _pass = self.gate.enter().ok_or(CommandError::Stopping)?;
        let (first, _running) = self.repeats.look_up(&context).await?;
        if let Some(first) = first {
            return Ok(first);
        }
        let id = match id {
            Some(id) => id,
            None => AccountId::new(self.ids.one(IdKind::Account).await?),
        };
        let answer = self.directory.ask(id, command, context, Lane::Commands);
        tokio::time::timeout(ANSWER_WITHIN, answer)
            .await
            .unwrap_or_else(|_| Err(too_late()))
    }
}

pub(super) fn too_late<R>() -> CommandError<R> {
    CommandError::OutcomeUnknown(format!(
        "no answer within {} seconds",
        ANSWER_WITHIN.as_secs()
    ))
}
