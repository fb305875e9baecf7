//! What the desk can be asked.

use std::{collections::HashMap, sync::Arc};

use betstream_events::{
    batch,
    clock::Timestamp,
    envelope::Version,
    ids::{AccountId, BatchId, BetPid},
    money::{Currency, Money},
    odds::Odds,
};

use super::view::{Account, Batch, BatchState, Bet, raw_json};
use crate::{
    answer::{Answer, Cursor, Page, PageRequest, QueryError},
    progress::ViewProgress,
    projection::ProjectionName,
    views::{Query, RowReader, Rows, ViewError, ViewStore, generations},
};

/// Which batches are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BatchFilter {
    /// Only completed ones, only others, or both.
    pub completed: Option<bool>,
}

/// Answers questions about the desk; cheap to clone. Every answer takes a constant number of
/// queries from one snapshot.
#[derive(Clone)]
pub struct DeskQueries {
    views: Arc<dyn ViewStore>,
    progress: ViewProgress,
    currency: Currency,
}

impl DeskQueries {
    pub(crate) const fn new(
        views: Arc<dyn ViewStore>,
        progress: ViewProgress,
        currency: Currency,
    ) -> Self {
        Self {
            views,
            progress,
            currency,
        }
    }

    /// Accounts, newest first.
    ///
    /// # Errors
    /// [`QueryError`] when the views do not answer.
    pub async fn accounts(&self, page: PageRequest) -> Result<Answer<Page<Account>>, QueryError> {
        let after = page.after.unwrap_or(Cursor::NEWEST);
        let params = vec![
            after.major.into(),
            after.minor.into(),
            page.rows_wanted().into(),
        ];
        let list = Query::list(
            include_str!("sql/list_accounts.sql"),
            params,
            page.is_bounded(),
        );
        let (answer, [rows]) = self.ask([list]).await?;
        let accounts = rows.read(read_account)?;
        let cursor = |account: &Account| Cursor {
            major: account.created_at.micros(),
            minor: account.id.get(),
        };
        Ok(answer.map(|()| Page::cut(accounts, page, cursor)))
    }

    /// One account; none when it is unknown or deleted.
    ///
    /// # Errors
    /// [`QueryError`] when the views do not answer.
    pub async fn account(&self, id: AccountId) -> Result<Answer<Option<Account>>, QueryError> {
        let (answer, [rows]) = self.ask([find_account(id)]).await?;
        let account = rows.first(read_account)?;
        Ok(answer.map(|()| account))
    }

    /// An account's batches, newest first, each with its bets ordered by `id`; none when the
    /// account is unknown or deleted.
    ///
    /// # Errors
    /// [`QueryError`] when the views do not answer.
    pub async fn batches(
        &self,
        account: AccountId,
        filter: BatchFilter,
        page: PageRequest,
    ) -> Result<Answer<Option<Page<Batch>>>, QueryError> {
        let after = page.after.unwrap_or(Cursor::NEWEST);
        let completed = filter
            .completed
            .map_or(crate::views::Value::Null, Into::into);
        let params = vec![
            account.get().into(),
            completed,
            after.major.into(),
            after.minor.into(),
            page.rows_wanted().into(),
        ];
        let batches = Query::list(
            include_str!("sql/list_batches.sql"),
            params.clone(),
            page.is_bounded(),
        );
        let bets = Query::list(include_str!("sql/list_bets.sql"), params, page.is_bounded());
        let (answer, [known, batches, bets]) =
            self.ask([find_account(account), batches, bets]).await?;
        if known.is_empty() {
            return Ok(answer.map(|()| None));
        }
        let batches = self.assemble(batches, bets)?;
        let cursor = |batch: &Batch| Cursor {
            major: batch.created_at.micros(),
            minor: batch.id.get(),
        };
        Ok(answer.map(|()| Some(Page::cut(batches, page, cursor))))
    }

    /// One batch of an account with its bets; none when there is no such batch.
    ///
    /// # Errors
    /// [`QueryError`] when the views do not answer.
    pub async fn batch(
        &self,
        account: AccountId,
        batch: BatchId,
    ) -> Result<Answer<Option<Batch>>, QueryError> {
        let find = Query::small(
            include_str!("sql/find_batch.sql"),
            vec![account.get().into(), batch.get().into()],
        );
        let bets = Query::list(
            include_str!("sql/list_bets_of_batch.sql"),
            vec![batch.get().into()],
            true,
        );
        let (answer, [batch, bets]) = self.ask([find, bets]).await?;
        let batch = if batch.is_empty() {
            None
        } else {
            self.assemble(batch, bets)?.pop()
        };
        Ok(answer.map(|()| batch))
    }

    /// One bet of a batch; none when there is no such bet in that batch of that account.
    ///
    /// # Errors
    /// [`QueryError`] when the views do not answer.
    pub async fn bet(
        &self,
        account: AccountId,
        batch: BatchId,
        pid: BetPid,
    ) -> Result<Answer<Option<Bet>>, QueryError> {
        let params = vec![account.get().into(), batch.get().into(), pid.get().into()];
        let (answer, [rows]) = self
            .ask([Query::small(include_str!("sql/find_bet.sql"), params)])
            .await?;
        let bet = rows.first(|row| self.read_bet(row))?;
        Ok(answer.map(|()| bet))
    }

    async fn ask<const N: usize>(
        &self,
        queries: [Query; N],
    ) -> Result<(Answer<()>, [Rows; N]), QueryError> {
        Ok(generations::ask(&*self.views, ProjectionName::Desk, &self.progress, queries).await?)
    }

    /// Puts the bets into their batches; those of one batch come in their order.
    fn assemble(&self, batches: Rows, bets: Rows) -> Result<Vec<Batch>, ViewError> {
        let mut batches = batches.read(read_batch)?;
        let places: HashMap<BatchId, usize> = batches
            .iter()
            .enumerate()
            .map(|(at, batch)| (batch.id, at))
            .collect();
        for bet in bets.read(|row| self.read_bet(row))? {
            if let Some(batch) = places
                .get(&bet.batch_id)
                .and_then(|at| batches.get_mut(*at))
            {
                batch.bets.push(bet);
            }
        }
        Ok(batches)
    }

    fn read_bet(&self, row: &mut RowReader<'_>) -> Result<Bet, ViewError> {
        let batch_id = BatchId::new(row.int()?);
        Ok(Bet {
            batch_id,
            id: row.int()?,
            pid: BetPid::new(row.int()?),
            selection: row.optional_text()?.unwrap_or_default(),
            stake: Money::from_minor(row.int()?, self.currency),
            cost: Money::from_minor(row.int()?, self.currency),
            status: read_status(&row.text()?)?,
            version: Version(row.int()?),
            bet_id: row.optional_text()?,
            game_id: row.optional_text()?,
            bet_type: row.optional_text()?,
            odds: row
                .optional_int()?
                .map(|thousandths| Odds::from_thousandths(thousandths).to_json_number()),
        })
    }
}

impl std::fmt::Debug for DeskQueries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeskQueries")
            .field("currency", &self.currency)
            .finish_non_exhaustive()
    }
}

fn find_account(id: AccountId) -> Query {
    Query::small(include_str!("sql/find_account.sql"), vec![id.get().into()])
}

fn read_account(row: &mut RowReader<'_>) -> Result<Account, ViewError> {
    Ok(Account {
        id: AccountId::new(row.int()?),
        name: row.text()?,
        hostname: row.text()?,
        created_at: Timestamp::from_micros(row.int()?),
        updated_at: Timestamp::from_micros(row.int()?),
        version: Version(row.int()?),
    })
}

fn read_batch(row: &mut RowReader<'_>) -> Result<Batch, ViewError> {
    let id = BatchId::new(row.int()?);
    let account_id = AccountId::new(row.int()?);
    let name = row.optional_text()?;
    let meta = raw_json(&row.text()?);
    let word = row.text()?;
    let state = BatchState::from_word(&word)
        .ok_or_else(|| ViewError::Unreadable(format!("{word:?} is no batch state")))?;
    Ok(Batch {
        id,
        completed: state.is_completed(),
        state,
        created_at: Timestamp::from_micros(row.int()?),
        updated_at: Timestamp::from_micros(row.int()?),
        meta,
        account_id,
        name,
        version: Version(row.int()?),
        bets: Vec::new(),
    })
}

fn read_status(word: &str) -> Result<super::view::BetStatus, ViewError> {
    let status = batch::BetStatus::from_word(word).map(Into::into);
    status.ok_or_else(|| ViewError::Unreadable(format!("{word:?} is no bet status")))
}
