//! Counters in a table of the views, where there is no Redis.

use std::sync::Arc;

use async_trait::async_trait;

use super::counters::{OddsCount, OddsCounters};
use crate::{
    answer::QueryError,
    progress::ViewProgress,
    projection::ProjectionName,
    views::{Query, ViewStore, generations},
};

/// Counters in a table of the views.
pub struct TableCounters {
    views: Arc<dyn ViewStore>,
    progress: ViewProgress,
}

impl TableCounters {
    pub(crate) const fn new(views: Arc<dyn ViewStore>, progress: ViewProgress) -> Self {
        Self { views, progress }
    }

    async fn count(&self, query: Query) -> Result<OddsCount, QueryError> {
        let (answer, [rows]) =
            generations::ask(&*self.views, ProjectionName::Odds, &self.progress, [query]).await?;
        let updates = rows.first(|row| row.int())?.unwrap_or(0);
        Ok(OddsCount {
            updates,
            position: answer.view_position,
            stale: false,
        })
    }
}

#[async_trait]
impl OddsCounters for TableCounters {
    async fn total(&self) -> Result<OddsCount, QueryError> {
        self.count(Query::small(include_str!("sql/find_total.sql"), Vec::new()))
            .await
    }

    async fn of_game(&self, game_id: &str) -> Result<OddsCount, QueryError> {
        self.count(Query::small(
            include_str!("sql/find_game.sql"),
            vec![game_id.into()],
        ))
        .await
    }

    fn failures(&self) -> u64 {
        0
    }
}

impl std::fmt::Debug for TableCounters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TableCounters")
    }
}
