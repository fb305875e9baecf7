//! Verification: a view is built once more from nothing, beside the running one, and compared
//! with it row by row at the same position.

mod reconcile;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use betstream_events::{envelope::Position, store::LogReader};
use futures::StreamExt;
use serde::Serialize;

use crate::{
    checkpoint::Checkpoint,
    projection::ProjectionName,
    rebuild::{
        RebuildError,
        stretch::{Folded, Target, fold_ahead},
    },
    runner::{ProjectionShared, Skips},
    views::{CommitError, Value},
};

pub use reconcile::Divergence;
pub(crate) use reconcile::reconcile;

/// The generation in which a view is built for comparison.
const SCRATCH: i64 = -1;
/// How often a view that another process moves meanwhile is tried again.
const ATTEMPTS: usize = 20;

/// One row in which a running view differs from one that was built from nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The projection.
    pub projection: &'static str,
    /// Its table, or `checkpoint`.
    pub table: &'static str,
    /// Where the row is: in the running view or in the one that was built from nothing.
    pub only_in: &'static str,
    /// The row.
    pub row: String,
    /// Its cells, those of the key first; none where it is no row.
    #[serde(skip)]
    pub(crate) cells: Vec<Value>,
    #[serde(skip)]
    pub(crate) running: bool,
}

impl Difference {
    /// A row of a table.
    pub(crate) fn of_cells(
        projection: ProjectionName,
        table: &'static str,
        running: bool,
        cells: Vec<Value>,
    ) -> Self {
        let shown: Vec<String> = cells.iter().map(ToString::to_string).collect();
        Self {
            cells,
            ..Self::new(projection, table, running, shown.join(", "))
        }
    }

    pub(crate) fn new(
        projection: ProjectionName,
        table: &'static str,
        running: bool,
        row: String,
    ) -> Self {
        let only_in = if running {
            "the running view"
        } else {
            "the log"
        };
        Self {
            projection: projection.word(),
            table,
            only_in,
            row,
            cells: Vec::new(),
            running,
        }
    }
}

/// What a comparison came to.
pub(crate) struct Compared {
    /// Where the running view stood.
    pub(crate) at: Position,
    pub(crate) differences: Vec<Difference>,
}

/// Builds the view of `shared` from nothing up to where the running one stands, and compares.
/// No difference means that they are equal, row by row.
pub(crate) async fn verify(
    log: &Arc<dyn LogReader>,
    shared: &ProjectionShared,
) -> Result<Vec<Difference>, RebuildError> {
    compare(log, shared)
        .await
        .map(|compared| compared.differences)
}

/// As [`verify`], with where the view stood.
pub(crate) async fn compare(
    log: &Arc<dyn LogReader>,
    shared: &ProjectionShared,
) -> Result<Compared, RebuildError> {
    let _alone = shared.building.lock().await;
    let sink = &*shared.checkpoints;
    let refused = |error: CommitError| RebuildError::of_commit(error, shared.name, Position::START);
    sink.clear(SCRATCH).await.map_err(refused)?;
    let outcome = compare_with_scratch(log, shared).await;
    sink.clear(SCRATCH).await.map_err(refused)?;
    outcome
}

async fn compare_with_scratch(
    log: &Arc<dyn LogReader>,
    shared: &ProjectionShared,
) -> Result<Compared, RebuildError> {
    let unequal = |running: bool, what: String| Compared {
        at: Position::START,
        differences: vec![Difference::new(shared.name, "checkpoint", running, what)],
    };
    let sink = &*shared.checkpoints;
    let refused = |error: CommitError| RebuildError::of_commit(error, shared.name, Position::START);
    let head = log
        .head()
        .await
        .map_err(|error| RebuildError::of_log(error, shared.name))?;
    let start = Checkpoint::start(&head.identity);
    let mut scratch = sink.prepare(SCRATCH, &start).await.map_err(refused)?;
    for _ in 0..ATTEMPTS {
        let Some((_, running)) = sink.current().await.map_err(refused)? else {
            return Ok(unequal(false, "there is no running view".to_owned()));
        };
        let head = log
            .head()
            .await
            .map_err(|error| RebuildError::of_log(error, shared.name))?;
        let fits = running
            .fits(&head, &**log)
            .await
            .map_err(|error| RebuildError::of_log(error, shared.name))?;
        if let Err(misfit) = fits {
            return Ok(unequal(true, misfit.to_string()));
        }
        build(log, shared, &mut scratch, running.position).await?;
        // A runner of this process stands still while it is compared with.
        let _at_rest = shared.gate.lock().await;
        let Some((generation, running)) = sink.current().await.map_err(refused)? else {
            continue;
        };
        build(log, shared, &mut scratch, running.position).await?;
        let compared = sink.differences(generation, SCRATCH).await;
        let (differences, stood) = compared.map_err(refused)?;
        if stood == Some(running) {
            let at = running.position;
            return Ok(Compared { at, differences });
        }
    }
    Err(RebuildError::Unavailable(format!(
        "{} never stood still long enough to be compared",
        shared.name
    )))
}

/// Brings the scratch generation up to `position`.
async fn build(
    log: &Arc<dyn LogReader>,
    shared: &ProjectionShared,
    scratch: &mut Checkpoint,
    position: Position,
) -> Result<(), RebuildError> {
    let unread = |error| RebuildError::of_log(error, shared.name);
    let target = Target {
        sink: shared.checkpoints.clone(),
        generation: SCRATCH,
        counted: scratch.position,
        skips: Skips::load(&**log, shared.name).await.map_err(unread)?,
    };
    let targets: Arc<[Target]> = Arc::new([target]);
    let stretches = fold_ahead(log.clone(), targets, scratch.position, position, 2);
    let mut stretches = std::pin::pin!(stretches);
    while let Some(folded) = stretches.next().await {
        let Folded { up_to, folds } =
            folded.map_err(|error| RebuildError::of_stretch(error, &[shared.name]))?;
        let to = scratch.moved_to(up_to, &**log).await.map_err(unread)?;
        for fold in folds.into_iter().flatten() {
            fold.commit(scratch, &to)
                .await
                .map_err(|error| RebuildError::of_commit(error, shared.name, up_to))?;
        }
        *scratch = to;
    }
    Ok(())
}
