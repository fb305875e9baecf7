//! Reading one's own writes: a read waits until its view has counted what this process answered.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use betstream_events::envelope::Position;
use betstream_projections::progress::ViewProgress;

use crate::{error::ApiError, limits::READ_OWN_WRITES_WITHIN};

/// How far this process has told anybody about the log. Ingest does not count: nobody waits for
/// what they did not ask for.
#[derive(Debug)]
pub struct OwnWrites {
    told: AtomicI64,
}

impl OwnWrites {
    /// Nothing told yet; up to `known` everybody can know it from the views.
    pub const fn since(known: Position) -> Self {
        Self {
            told: AtomicI64::new(known.0),
        }
    }

    /// An operator's command was answered with `position`; 0 when it changed nothing. Gives the
    /// position to answer with: the last one that was told.
    pub fn answered(&self, position: Position) -> Position {
        self.sent_live(position)
    }

    /// A live client was told of everything up to `position`. Gives the last one that was told.
    pub fn sent_live(&self, position: Position) -> Position {
        let before = self.told.fetch_max(position.0, Ordering::AcqRel);
        if position == Position::START {
            Position(before)
        } else {
            position
        }
    }

    /// The last position that anybody was told.
    pub fn told(&self) -> Position {
        Position(self.told.load(Ordering::Acquire))
    }
}

/// Questions to one view, asked when it is fresh enough.
#[derive(Debug)]
pub struct Reads<Q> {
    queries: Q,
    progress: ViewProgress,
    own: Arc<OwnWrites>,
}

impl<Q> Reads<Q> {
    /// Questions to the view behind `queries`.
    pub const fn new(queries: Q, progress: ViewProgress, own: Arc<OwnWrites>) -> Self {
        Self {
            queries,
            progress,
            own,
        }
    }

    /// The questions, once the view has counted what this process told, or the wait for that was
    /// long enough.
    ///
    /// # Errors
    /// `view_behind` when `min_position` was asked for and is not reached.
    pub async fn fresh(&self, min_position: Option<Position>) -> Result<&Q, ApiError> {
        let wanted = self.own.told().max(min_position.unwrap_or(Position::START));
        if self.progress.position() >= wanted
            || self
                .progress
                .wait_until(wanted, READ_OWN_WRITES_WITHIN)
                .await
        {
            return Ok(&self.queries);
        }
        let reached = self.progress.position();
        match min_position {
            Some(min_position) if reached < min_position => {
                Err(ApiError::view_behind(min_position, reached))
            }
            _ => Ok(&self.queries),
        }
    }

    /// The questions, once the view has counted `position`.
    ///
    /// # Errors
    /// `view_behind` when it has not within `within`.
    pub async fn after(&self, position: Position, within: Duration) -> Result<&Q, ApiError> {
        if self.progress.wait_until(position, within).await {
            return Ok(&self.queries);
        }
        Err(ApiError::view_behind(position, self.progress.position()))
    }

    /// Up to where the view is known to have counted.
    pub fn position(&self) -> Position {
        self.progress.position()
    }
}
