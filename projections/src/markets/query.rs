//! What the markets can be asked.

use std::{collections::HashMap, sync::Arc};

use betstream_events::{clock::Timestamp, envelope::Position};

use super::{
    pricing::{PoolTotals, Pricing},
    view::{Market, MarketSummary, Pool},
};
use crate::{
    answer::{Answer, Cursor, Page, PageRequest, QueryError},
    progress::ViewProgress,
    projection::ProjectionName,
    views::{Query, RowReader, Rows, ViewError, ViewStore, generations},
};

/// Answers questions about markets; cheap to clone.
#[derive(Clone)]
pub struct MarketQueries {
    views: Arc<dyn ViewStore>,
    progress: ViewProgress,
    pricing: Pricing,
}

impl MarketQueries {
    pub(crate) const fn new(
        views: Arc<dyn ViewStore>,
        progress: ViewProgress,
        pricing: Pricing,
    ) -> Self {
        Self {
            views,
            progress,
            pricing,
        }
    }

    /// Games, the most recently active first.
    ///
    /// # Errors
    /// [`QueryError`] when the views do not answer.
    pub async fn list(&self, page: PageRequest) -> Result<Answer<Page<MarketSummary>>, QueryError> {
        let before = page.after.unwrap_or(Cursor::NEWEST).major;
        let params = vec![before.into(), page.rows_wanted().into()];
        let list = Query::list(
            include_str!("sql/list_markets.sql"),
            params,
            page.is_bounded(),
        );
        let (answer, [rows]) = self.ask([list]).await?;
        let games = rows.read(|row| self.read_summary(row))?;
        let cursor = |game: &MarketSummary| Cursor {
            major: game.last_position.0,
            minor: 0,
        };
        Ok(answer.map(|()| Page::cut(games, page, cursor)))
    }

    /// Games that got a bet after `position`, the most recently active first, at most `limit`.
    ///
    /// # Errors
    /// [`QueryError`] when the views do not answer.
    pub async fn changed_since(
        &self,
        position: Position,
        limit: u32,
    ) -> Result<Answer<Vec<MarketSummary>>, QueryError> {
        let params = vec![position.0.into(), i64::from(limit).into()];
        let list = Query::small(include_str!("sql/list_changed_markets.sql"), params);
        let (answer, [rows]) = self.ask([list]).await?;
        let games = rows.read(|row| self.read_summary(row))?;
        Ok(answer.map(|()| games))
    }

    /// One game with its pools and approximates; none when nobody ever bet on it.
    ///
    /// # Errors
    /// [`QueryError`] when the views do not answer.
    pub async fn market(&self, game_id: &str) -> Result<Answer<Option<Market>>, QueryError> {
        let find = Query::small(include_str!("sql/find_market.sql"), vec![game_id.into()]);
        let pools = Query::list(
            include_str!("sql/list_pools.sql"),
            vec![game_id.into()],
            false,
        );
        let selections = Query::list(
            include_str!("sql/list_selections.sql"),
            vec![game_id.into()],
            false,
        );
        let (answer, [summary, pools, selections]) = self.ask([find, pools, selections]).await?;
        let Some(summary) = summary.first(|row| self.read_summary(row))? else {
            return Ok(answer.map(|()| None));
        };
        let pools = self.assemble(pools, selections)?;
        Ok(answer.map(|()| Some(Market { summary, pools })))
    }

    async fn ask<const N: usize>(
        &self,
        queries: [Query; N],
    ) -> Result<(Answer<()>, [Rows; N]), QueryError> {
        Ok(generations::ask(
            &*self.views,
            ProjectionName::Markets,
            &self.progress,
            queries,
        )
        .await?)
    }

    fn read_summary(&self, row: &mut RowReader<'_>) -> Result<MarketSummary, ViewError> {
        let game_id = row.text()?;
        let bets = row.int()?;
        Ok(MarketSummary {
            game_id,
            bets,
            turnover: self.pricing.money(row.int()?),
            odds_updates: bets,
            last_bet_at: Timestamp::from_micros(row.int()?),
            last_position: Position(row.int()?),
        })
    }

    fn assemble(&self, pools: Rows, selections: Rows) -> Result<Vec<Pool>, ViewError> {
        let mut by_type: HashMap<String, Vec<(String, i64, i64)>> = HashMap::new();
        for (bet_type, selection) in
            selections.read(|row| Ok((row.text()?, (row.text()?, row.int()?, row.int()?))))?
        {
            by_type.entry(bet_type).or_default().push(selection);
        }
        pools.read(|row| {
            let bet_type = row.text()?;
            let selections = by_type.remove(&bet_type).unwrap_or_default();
            Ok(self.pricing.pool(PoolTotals {
                bet_type,
                bets: row.int()?,
                sales: row.int()?,
                unselected_bets: row.int()?,
                unselected_amount: row.int()?,
                selections,
            }))
        })
    }
}

impl std::fmt::Debug for MarketQueries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MarketQueries")
            .field("pricing", &self.pricing)
            .finish_non_exhaustive()
    }
}
