//! The projections that belong to the settings: for serving, rebuilding and checking alike.

use std::sync::Arc;

use betstream_events::{clock::SystemClock, money::Currency, store::EventStore, tail::LogTail};
use betstream_projections::{ProjectionDeps, ViewUrl, markets::ToteRules};

use crate::config::Settings;

/// What the projections of these settings stand on.
pub(crate) fn deps(
    settings: &Settings,
    store: Arc<dyn EventStore>,
    tail: LogTail,
    currency: Currency,
) -> ProjectionDeps {
    ProjectionDeps {
        log: store.clone(),
        rows: store,
        tail,
        views: ViewUrl::beside(&settings.database),
        odds: settings.redis.clone(),
        clock: Arc::new(SystemClock),
        currency,
        tote: ToteRules::default(),
    }
}
