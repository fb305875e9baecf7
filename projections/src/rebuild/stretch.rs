//! One stretch of the log, read once and folded for every projection that wants it.
//!
//! Folds are pure, so stretches are folded side by side on threads of their own: an event is read,
//! decoded, folded and forgotten on one thread, while its memory is warm. Only the commits that
//! follow go in order.

use std::{ops::ControlFlow, sync::Arc};

use betstream_events::{
    envelope::Position,
    store::{Decoder, Follow, LogReader, RowRef, StoreError},
};
use futures::{Stream, StreamExt};
use tokio::runtime::Handle;

use crate::runner::{Fold, Sink, Skips, fold_event};

/// How many events are folded and written at once: enough that each row of a busy market is
/// written once for thousands of bets, and a whole number of the segments of the audit index.
pub(crate) const EVENTS_A_STRETCH: i64 = 20_480;

/// Where a stretch of events goes.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) sink: Arc<dyn Sink>,
    pub(crate) generation: i64,
    /// Everything up to here is counted there.
    pub(crate) counted: Position,
    pub(crate) skips: Skips,
}

/// What a stretch changes.
pub(crate) struct Folded {
    /// The last position of the stretch.
    pub(crate) up_to: Position,
    /// One fold a target, in their order; none for a target that had counted all of it.
    pub(crate) folds: Vec<Option<Box<dyn Fold>>>,
}

/// Why a stretch was not folded.
#[derive(Debug)]
pub(crate) enum StretchError {
    /// The log.
    Log(StoreError),
    /// This very event fails at the target of this index.
    Event {
        target: usize,
        position: Position,
        reason: String,
    },
}

/// The stretches after `after` and up to `up_to`, each folded for all `targets`, in order; so many
/// `at_once`.
pub(crate) fn fold_ahead(
    log: Arc<dyn LogReader>,
    targets: Arc<[Target]>,
    after: Position,
    up_to: Position,
    at_once: usize,
) -> impl Stream<Item = Result<Folded, StretchError>> {
    let runtime = Handle::current();
    let starts = (after.0..up_to.0).step_by(EVENTS_A_STRETCH as usize);
    let fold = move |start: i64| {
        let (log, targets, runtime) = (log.clone(), targets.clone(), runtime.clone());
        let last = Position(up_to.0.min(start + EVENTS_A_STRETCH));
        let folding = tokio::task::spawn_blocking(move || {
            runtime.block_on(fold(&*log, &targets, Position(start), last))
        });
        async move {
            let gone = |error| StretchError::Log(StoreError::unavailable(&error));
            folding.await.map_err(gone)?
        }
    };
    futures::stream::iter(starts).map(fold).buffered(at_once)
}

/// Folds one stretch. Must be called on a thread that may block.
pub(crate) async fn fold(
    log: &dyn LogReader,
    targets: &[Target],
    after: Position,
    up_to: Position,
) -> Result<Folded, StretchError> {
    let begin =
        |target: &Target| (target.counted < up_to).then(|| target.sink.fold(target.generation));
    let mut folds: Vec<Option<Box<dyn Fold>>> = targets.iter().map(begin).collect();
    let mut decoder = Decoder::default();
    let mut failure = None;
    let mut visit = |row: &RowRef<'_>| match fold_row(row, &mut decoder, targets, &mut folds) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            failure = Some(error);
            ControlFlow::Break(())
        }
    };
    let scanned = log.scan(after, up_to, &mut visit).await;
    match failure {
        Some(failure) => Err(failure),
        None => scanned
            .map(|()| Folded { up_to, folds })
            .map_err(StretchError::Log),
    }
}

fn fold_row(
    row: &RowRef<'_>,
    decoder: &mut Decoder,
    targets: &[Target],
    folds: &mut [Option<Box<dyn Fold>>],
) -> Result<(), StretchError> {
    let failed = |target, reason| StretchError::Event {
        target,
        position: row.position,
        reason,
    };
    let event = decoder.decode(row);
    for (at, (target, fold)) in targets.iter().zip(folds).enumerate() {
        let Some(fold) = fold.as_deref_mut() else {
            continue;
        };
        if row.position <= target.counted || target.skips.contains(row.position) {
            continue;
        }
        match &event {
            Ok(event) => fold_event(fold, event).map_err(|reason| failed(at, reason))?,
            // Who reads the desk's events alone never meets it.
            Err(_) if target.sink.want() == Follow::Desk && row.is_of_market() => {}
            Err(error) => return Err(failed(at, error.fault.clone())),
        }
    }
    Ok(())
}
