//! What the index can be asked: events by what they are, page by page, and how many there are.
//!
//! A [`plan`] names where all wanted events lie: in the index, in a few streams, under a few ids.
//! Those places are read side by side in the order asked for ([`merge`]), and each row is checked
//! against the whole filter before it is answered; so a place may hold too much, never too little.

mod counts;
mod index;
mod lookup;
mod merge;
mod page;
mod plan;
mod tree;

use std::sync::Arc;

use betstream_events::{
    envelope::Position,
    store::{FollowLog, ReadLog, Span},
};

pub use counts::EventCounts;
pub use page::{EventPage, EventQuery};
pub use tree::{CauseNode, CauseTree, MOST_NODES};

use crate::{
    answer::QueryError,
    progress::ViewProgress,
    projection::{ProjectionName, View},
    views::{ViewStore, generations},
};

use super::Audit;

/// Answers questions about events; cheap to clone.
#[derive(Clone)]
pub struct AuditQueries {
    views: Arc<dyn ViewStore>,
    rows: Arc<dyn ReadLog>,
    log: Arc<dyn FollowLog>,
    progress: ViewProgress,
}

impl AuditQueries {
    pub(crate) const fn new(
        views: Arc<dyn ViewStore>,
        rows: Arc<dyn ReadLog>,
        log: Arc<dyn FollowLog>,
        progress: ViewProgress,
    ) -> Self {
        Self {
            views,
            rows,
            log,
            progress,
        }
    }

    /// Up to where the index has counted.
    async fn view_position(&self) -> Result<Position, QueryError> {
        let name: ProjectionName = Audit::NAME;
        let (answer, []) = generations::ask(&*self.views, name, &self.progress, []).await?;
        Ok(answer.view_position)
    }

    /// Up to where an answer counts: the index, where it is needed, else the log itself.
    async fn known(&self, by_index: bool) -> Result<Span<Position>, QueryError> {
        let up_to = if by_index {
            self.view_position().await?
        } else {
            self.log.head().await?.position
        };
        Ok(Span {
            after: Position::START,
            up_to,
        })
    }
}

impl std::fmt::Debug for AuditQueries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuditQueries")
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}
