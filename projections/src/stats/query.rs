//! What the statistics can be asked.

use std::{collections::BTreeMap, sync::Arc};

use betstream_events::{
    clock::{Clock, Timestamp},
    money::{Currency, MoneySum},
};

use super::view::{FailureGroup, FailureKind, SecondFigures, StatsSeries, StatsTotals};
use crate::{
    answer::{Answer, QueryError},
    progress::ViewProgress,
    projection::ProjectionName,
    views::{Query, RowReader, Rows, ViewError, ViewStore, generations},
};

/// Answers questions about the statistics; cheap to clone.
#[derive(Clone)]
pub struct StatsQueries {
    views: Arc<dyn ViewStore>,
    progress: ViewProgress,
    currency: Currency,
    clock: Arc<dyn Clock>,
}

impl StatsQueries {
    /// The longest series: a day, which is how long seconds are kept.
    pub const MAX_SECONDS: u32 = 24 * 60 * 60;

    pub(crate) fn new(
        views: Arc<dyn ViewStore>,
        progress: ViewProgress,
        currency: Currency,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            views,
            progress,
            currency,
            clock,
        }
    }

    /// What the log holds of bets with a game.
    ///
    /// # Errors
    /// [`QueryError`] when the views do not answer.
    pub async fn totals(&self) -> Result<Answer<StatsTotals>, QueryError> {
        let (answer, [rows]) = self
            .ask([Query::small(
                include_str!("sql/find_totals.sql"),
                Vec::new(),
            )])
            .await?;
        let (bets, value) = rows
            .first(|row| Ok((row.int()?, row.int()?)))?
            .unwrap_or_default();
        Ok(answer.map(|()| StatsTotals {
            bets,
            value: self.sum(value),
        }))
    }

    /// Bets and money of the last `seconds` whole seconds, at most [`Self::MAX_SECONDS`].
    ///
    /// # Errors
    /// [`QueryError`] when the views do not answer.
    pub async fn series(&self, seconds: u32) -> Result<Answer<StatsSeries>, QueryError> {
        let seconds = i64::from(seconds.clamp(1, Self::MAX_SECONDS));
        let last = self.clock.now().unix_seconds() - 1;
        let first = last - seconds + 1;
        let answer = self.seconds(first, last).await?;
        let known: BTreeMap<i64, SecondFigures> = answer
            .value
            .iter()
            .map(|figures| (figures.second, *figures))
            .collect();
        let nothing = |second| SecondFigures {
            second,
            bets: 0,
            value: self.sum(0),
        };
        let dense = (first..=last).map(|second| {
            known
                .get(&second)
                .copied()
                .unwrap_or_else(|| nothing(second))
        });
        let mut series = StatsSeries {
            seconds: Vec::new(),
            bets: Vec::new(),
            value: Vec::new(),
        };
        for figures in dense {
            series.seconds.push(figures.second);
            series.bets.push(figures.bets);
            series.value.push(figures.value);
        }
        Ok(answer.map(|_| series))
    }

    /// Bets and money of the last whole second.
    ///
    /// # Errors
    /// [`QueryError`] when the views do not answer.
    pub async fn last_second(&self) -> Result<Answer<SecondFigures>, QueryError> {
        let second = self.clock.now().unix_seconds() - 1;
        let answer = self.seconds(second, second).await?;
        let nothing = SecondFigures {
            second,
            bets: 0,
            value: self.sum(0),
        };
        Ok(answer.map(|figures| figures.first().copied().unwrap_or(nothing)))
    }

    /// What rules refused, by cause, the latest first.
    ///
    /// # Errors
    /// [`QueryError`] when the views do not answer.
    pub async fn refusals(&self) -> Result<Answer<Vec<FailureGroup>>, QueryError> {
        let (answer, [rows]) = self
            .ask([Query::small(
                include_str!("sql/list_refusals.sql"),
                Vec::new(),
            )])
            .await?;
        let groups = rows.read(|row| {
            let (cause, count, last_at) =
                (row.text()?, row.int()?, Timestamp::from_micros(row.int()?));
            Ok(FailureGroup {
                kind: FailureKind::Refused,
                cause,
                count,
                last_at,
            })
        })?;
        Ok(answer.map(|()| groups))
    }

    /// The seconds with bets from `first` to `last`, both included.
    async fn seconds(
        &self,
        first: i64,
        last: i64,
    ) -> Result<Answer<Vec<SecondFigures>>, QueryError> {
        let list = Query::list(
            include_str!("sql/list_seconds.sql"),
            vec![first.into(), last.into()],
            last - first < 600,
        );
        let (answer, [rows]) = self.ask([list]).await?;
        let figures = rows.read(|row| self.read_second(row))?;
        Ok(answer.map(|()| figures))
    }

    fn read_second(&self, row: &mut RowReader<'_>) -> Result<SecondFigures, ViewError> {
        Ok(SecondFigures {
            second: row.int()?,
            bets: row.int()?,
            value: self.sum(row.int()?),
        })
    }

    async fn ask<const N: usize>(
        &self,
        queries: [Query; N],
    ) -> Result<(Answer<()>, [Rows; N]), QueryError> {
        Ok(generations::ask(&*self.views, ProjectionName::Stats, &self.progress, queries).await?)
    }

    fn sum(&self, minor: i64) -> MoneySum {
        MoneySum {
            minor: i128::from(minor),
            currency: self.currency,
        }
    }
}

impl std::fmt::Debug for StatsQueries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StatsQueries")
            .field("currency", &self.currency)
            .finish_non_exhaustive()
    }
}
