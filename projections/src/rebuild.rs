//! Rebuilding: the whole log is folded into a new generation beside the one that answers, and
//! takes its place in one commit. Several projections share one pass over the log.

mod build;
mod part;
mod service;
pub(crate) mod stretch;
#[cfg(test)]
mod tests;

use std::{fmt, str::FromStr, sync::Arc};

use betstream_events::{
    chain::GENESIS,
    envelope::Position,
    store::{LogReader, StoreError},
};
use futures::{StreamExt, future::try_join_all};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use crate::{
    projection::{ProjectionName, UnknownProjection},
    runner::ProjectionShared,
    views::CommitError,
};
use build::Build;
pub(crate) use part::rebuild_part;
pub use part::{PartError, PartRebuilt};
pub(crate) use service::RebuildService;
use stretch::{Folded, StretchError, Target, fold_ahead};

/// How many stretches of the log are read and folded side by side.
const STRETCHES_AT_ONCE: usize = 3;

/// What is to be rebuilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RebuildTarget {
    /// Every projection, in one pass over the log.
    All,
    /// One of them.
    One(ProjectionName),
}

impl RebuildTarget {
    pub(crate) fn covers(self, name: ProjectionName) -> bool {
        self == Self::All || self == Self::One(name)
    }
}

impl fmt::Display for RebuildTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::One(name) => name.fmt(f),
        }
    }
}

impl FromStr for RebuildTarget {
    type Err = UnknownProjection;
    fn from_str(text: &str) -> Result<Self, UnknownProjection> {
        if text == "all" {
            Ok(Self::All)
        } else {
            text.parse().map(Self::One)
        }
    }
}

/// How far a rebuild is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RebuildProgress {
    /// Events that are folded.
    pub done: i64,
    /// Where the log ends.
    pub head: i64,
    /// Events a second since it began.
    pub rate: f64,
    /// How long it still takes at this rate.
    pub seconds_left: Option<f64>,
}

impl RebuildProgress {
    /// At `done` of `head` events, at so many a second.
    pub fn new(done: Position, head: Position, rate: f64) -> Self {
        let left = (head.0 - done.0).max(0) as f64;
        Self {
            done: done.0,
            head: head.0,
            rate,
            seconds_left: (rate > 0.0).then(|| left / rate),
        }
    }
}

/// Why a rebuild ended early. The old answers stay; the next rebuild goes on where this one was.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RebuildError {
    /// An event cannot be read or folded.
    #[error("{projection} cannot be rebuilt past position {position}: {reason}")]
    Event {
        /// The projection.
        projection: ProjectionName,
        /// The event.
        position: Position,
        /// What is wrong with it.
        reason: String,
    },
    /// Another process rebuilds it, or has just done so.
    #[error("{projection} is being rebuilt by another process")]
    Overtaken {
        /// The projection.
        projection: ProjectionName,
    },
    /// A database does not answer.
    #[error("the rebuild waits for a database that does not answer: {0}")]
    Unavailable(String),
    /// The process stops.
    #[error("the process stops; the rebuild goes on where it was when it is asked for again")]
    Stopped,
}

impl RebuildError {
    pub(crate) fn of_log(error: StoreError, projection: ProjectionName) -> Self {
        match error {
            StoreError::Unreadable(fault) => Self::Event {
                projection,
                position: fault.position,
                reason: fault.fault,
            },
            other => Self::Unavailable(other.to_string()),
        }
    }

    /// `names` are those of the targets, in their order.
    pub(crate) fn of_stretch(error: StretchError, names: &[ProjectionName]) -> Self {
        match error {
            StretchError::Log(error) => Self::of_log(error, names[0]),
            StretchError::Event {
                target,
                position,
                reason,
            } => Self::Event {
                projection: names[target],
                position,
                reason,
            },
        }
    }

    pub(crate) fn of_commit(
        error: CommitError,
        projection: ProjectionName,
        position: Position,
    ) -> Self {
        match error {
            CommitError::NotOwner => Self::Overtaken { projection },
            CommitError::Rejected(reason) => Self::Event {
                projection,
                position,
                reason,
            },
            CommitError::Unavailable(reason) => Self::Unavailable(reason),
        }
    }
}

/// Rebuilds `targets` in one pass and tells `on_progress` after each chunk.
pub(crate) async fn rebuild(
    log: &Arc<dyn LogReader>,
    targets: &[Arc<ProjectionShared>],
    on_progress: &(dyn Fn(RebuildProgress) + Sync),
    stop: &CancellationToken,
) -> Result<(), RebuildError> {
    let Some(first) = targets.first() else {
        return Ok(());
    };
    let head = log
        .head()
        .await
        .map_err(|error| RebuildError::of_log(error, first.name))?;
    let mut builds = Vec::with_capacity(targets.len());
    for shared in targets {
        builds.push(Build::begin(shared, log, &head).await?);
    }
    pass(log, &mut builds, head.position, on_progress, stop).await?;
    for build in builds {
        build.finish(stop).await?;
    }
    Ok(())
}

/// Brings every build up to `head`, reading each event once.
async fn pass(
    log: &Arc<dyn LogReader>,
    builds: &mut [Build<'_>],
    head: Position,
    on_progress: &(dyn Fn(RebuildProgress) + Sync),
    stop: &CancellationToken,
) -> Result<(), RebuildError> {
    let Some(start) = builds.iter().map(|build| build.at.position).min() else {
        return Ok(());
    };
    let began = Instant::now();
    let tell = |done: Position| {
        let rate = (done.0 - start.0) as f64 / began.elapsed().as_secs_f64().max(0.001);
        on_progress(RebuildProgress::new(done, head, rate));
    };
    tell(start);
    let names: Vec<ProjectionName> = builds.iter().map(Build::name).collect();
    let targets: Arc<[Target]> = builds.iter().map(Build::target).collect();
    let stretches = fold_ahead(log.clone(), targets, start, head, STRETCHES_AT_ONCE);
    let mut stretches = std::pin::pin!(stretches);
    while let Some(folded) = stretches.next().await {
        if stop.is_cancelled() {
            return Err(RebuildError::Stopped);
        }
        let Folded { up_to, folds } =
            folded.map_err(|error| RebuildError::of_stretch(error, &names))?;
        let block_hash = log.block_hash_at(up_to).await;
        let block_hash = block_hash
            .map_err(|error| RebuildError::of_log(error, names[0]))?
            .unwrap_or(GENESIS);
        let commits = builds
            .iter_mut()
            .zip(folds)
            .filter_map(|(build, fold)| fold.map(|fold| build.commit(fold, up_to, block_hash)));
        try_join_all(commits).await?;
        tell(up_to);
    }
    Ok(())
}
