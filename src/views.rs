//! The projections that belong to the settings: for serving, rebuilding and checking alike.

use std::sync::Arc;

use betstream_events::{clock::SystemClock, money::Currency, store::LogReader, tail::LogTail};
use betstream_projections::{ProjectionDeps, ViewUrl, markets::ToteRules};

use crate::{config::Settings, figures::pod_id};

/// What the projections of these settings stand on.
pub(crate) fn deps(
    settings: &Settings,
    log: Arc<dyn LogReader>,
    tail: LogTail,
    currency: Currency,
) -> ProjectionDeps {
    ProjectionDeps {
        log,
        tail,
        views: ViewUrl::beside(&settings.database),
        odds: settings.redis.clone(),
        clock: Arc::new(SystemClock),
        currency,
        tote: ToteRules::default(),
        keeper: pod_id(|name| std::env::var(name).ok()),
        may_keep: settings.roles.projections,
    }
}
