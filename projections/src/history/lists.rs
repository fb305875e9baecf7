//! The desk as it was: the present lists, at a position.

use betstream_events::{
    clock::Timestamp,
    envelope::{Position, StreamName, Version},
    ids::{AccountId, BatchId},
    store::LogIdentity,
};
use futures::{StreamExt, TryStreamExt, stream};

use super::{HistoryQueries, beside::counted, error::HistoryError, view::StateThen};
use crate::{
    answer::{Cursor, Page, PageRequest},
    desk::{Account, Batch, BatchFilter},
    views::{Query, RowReader, Value, ViewError},
};

/// How many batches of a page are folded at once.
const AT_ONCE: usize = 8;

/// The desk at one position; its answers have the shape of the present ones.
pub struct DeskThen<'a> {
    history: &'a HistoryQueries,
    at: Position,
    identity: LogIdentity,
}

impl HistoryQueries {
    /// The desk when the log stood at `position`, which it has reached.
    ///
    /// # Errors
    /// [`HistoryError::Behind`] when the desk's view has not counted so far.
    pub async fn desk_at(&self, position: Position) -> Result<DeskThen<'_>, HistoryError> {
        counted(&self.past.desk, position).await?;
        Ok(DeskThen {
            history: self,
            at: position,
            identity: self.log.identity().await?,
        })
    }
}

impl DeskThen<'_> {
    /// Accounts, newest first.
    ///
    /// # Errors
    /// [`HistoryError`] when the view does not answer.
    pub async fn accounts(&self, page: PageRequest) -> Result<Page<Account>, HistoryError> {
        let after = page.after.unwrap_or(Cursor::NEWEST);
        let params = vec![
            self.at.0.into(),
            after.major.into(),
            after.minor.into(),
            page.rows_wanted().into(),
        ];
        let list = Query::list(
            include_str!("sql/list_accounts_then.sql"),
            params,
            page.is_bounded(),
        );
        let rows = self.history.past.views.read_one(list).await?;
        let cursor = |account: &Account| Cursor {
            major: account.created_at.micros(),
            minor: account.id.get(),
        };
        Ok(Page::cut(rows.read(read_account)?, page, cursor))
    }

    /// One account; none when it did not exist yet or was deleted.
    ///
    /// # Errors
    /// [`HistoryError`] when the log does not answer.
    pub async fn account(&self, id: AccountId) -> Result<Option<Account>, HistoryError> {
        Ok(match self.state(&StreamName::Account(id)).await? {
            Some(StateThen::Account(account)) => Some(account),
            _ => None,
        })
    }

    /// An account's batches, newest first, each with its bets; none when there was no such account.
    ///
    /// # Errors
    /// [`HistoryError`] when view or log does not answer.
    pub async fn batches(
        &self,
        account: AccountId,
        filter: BatchFilter,
        page: PageRequest,
    ) -> Result<Option<Page<Batch>>, HistoryError> {
        if self.account(account).await?.is_none() {
            return Ok(None);
        }
        let after = page.after.unwrap_or(Cursor::NEWEST);
        let params = vec![
            account.get().into(),
            self.at.0.into(),
            filter.completed.map_or(Value::Null, Into::into),
            after.major.into(),
            after.minor.into(),
            page.rows_wanted().into(),
        ];
        let list = Query::list(
            include_str!("sql/list_batches_then.sql"),
            params,
            page.is_bounded(),
        );
        let rows = self.history.past.views.read_one(list).await?;
        let listed = rows.read(|row| {
            let (id, created_at) = (BatchId::new(row.int()?), row.int()?);
            Ok((id, created_at))
        })?;
        let cursor = |(id, created_at): &(BatchId, i64)| Cursor {
            major: *created_at,
            minor: id.get(),
        };
        let Page { items, next } = Page::cut(listed, page, cursor);
        let folding = stream::iter(items).map(|(id, _)| self.batch_of(account, id));
        let batches: Vec<Option<Batch>> = folding.buffered(AT_ONCE).try_collect().await?;
        let items = batches.into_iter().flatten().collect();
        Ok(Some(Page { items, next }))
    }

    /// One batch of an account with its bets; none when there was no such account or batch.
    ///
    /// # Errors
    /// [`HistoryError`] when the log does not answer.
    pub async fn batch(
        &self,
        account: AccountId,
        id: BatchId,
    ) -> Result<Option<Batch>, HistoryError> {
        match self.account(account).await? {
            Some(_) => self.batch_of(account, id).await,
            None => Ok(None),
        }
    }

    async fn batch_of(
        &self,
        account: AccountId,
        id: BatchId,
    ) -> Result<Option<Batch>, HistoryError> {
        Ok(match self.state(&StreamName::Batch(id)).await? {
            Some(StateThen::Batch(batch)) if batch.account_id == account => Some(batch),
            _ => None,
        })
    }

    async fn state(&self, stream: &StreamName) -> Result<Option<StateThen>, HistoryError> {
        let version = self.history.log.version_at(stream, self.at).await?;
        if version == Version::NONE {
            return Ok(None);
        }
        let past = self
            .history
            .past_at(stream, version, self.at, self.identity)
            .await?;
        Ok(past.show(&self.history.past.pricing))
    }
}

impl std::fmt::Debug for DeskThen<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeskThen")
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
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
