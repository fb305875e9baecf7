//! What the past is told from beside the log.

use std::{sync::Arc, time::Duration};

use betstream_events::envelope::Position;

use super::error::HistoryError;
use crate::{markets::Pricing, progress::ViewProgress, views::ViewStore};

/// How long a past waits for a view that must tell it something.
const VIEW_WITHIN: Duration = Duration::from_millis(500);

/// What the past is told from beside the log; cheap to clone.
#[derive(Clone)]
pub struct PastViews {
    pub(super) views: Arc<dyn ViewStore>,
    pub(super) desk: ViewProgress,
    pub(super) markets: ViewProgress,
    pub(super) pricing: Pricing,
}

impl PastViews {
    pub(crate) const fn new(
        views: Arc<dyn ViewStore>,
        desk: ViewProgress,
        markets: ViewProgress,
        pricing: Pricing,
    ) -> Self {
        Self {
            views,
            desk,
            markets,
            pricing,
        }
    }
}

impl std::fmt::Debug for PastViews {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PastViews")
            .field("pricing", &self.pricing)
            .finish_non_exhaustive()
    }
}

/// Waits until `progress` has counted `position`.
pub(super) async fn counted(
    progress: &ViewProgress,
    position: Position,
) -> Result<(), HistoryError> {
    if progress.wait_until(position, VIEW_WITHIN).await {
        return Ok(());
    }
    Err(HistoryError::Behind {
        wanted: position,
        reached: progress.position(),
    })
}
