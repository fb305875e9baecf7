//! What is asked of a projection, by whichever process, and what its keeper tells the others: one
//! row beside the views. Whoever keeps the view does what the row says, so that an order outlives
//! the process that took it.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use betstream_events::{clock::Timestamp, envelope::Position};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    projection::ProjectionName,
    rebuild::RebuildProgress,
    views::{CommitError, Query, RowReader, Statement, Value, ViewError, ViewStore},
};

/// What is asked of one projection, and what its keeper told.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Control {
    /// The process that keeps the view.
    pub(crate) keeper: Option<String>,
    /// That it stands still.
    pub(crate) pause: Option<Pause>,
    /// The event at which it stands.
    pub(crate) failing: Option<FailingEvent>,
    /// That it is rebuilt.
    pub(crate) rebuild: Option<RebuildStatus>,
    /// Why the last rebuild was given up.
    pub(crate) rebuild_error: Option<String>,
}

/// A pause that somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Pause {
    /// Who.
    #[schema(example = "ann")]
    pub who: String,
    /// Why, where it was said.
    pub reason: Option<String>,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
}

/// An event that a projection cannot take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FailingEvent {
    /// Where it stands.
    #[schema(example = 4711)]
    pub position: i64,
    /// What is wrong with it.
    pub reason: String,
}

/// A rebuild that somebody asked for.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RebuildStatus {
    /// Who asked for it.
    #[schema(example = "ann")]
    pub who: String,
    /// How far it is; nothing before it has begun.
    pub progress: Option<RebuildProgress>,
    /// What it waits for, while it does.
    pub error: Option<String>,
}

/// The row of one projection.
#[derive(Clone)]
pub(crate) struct Controls {
    views: Arc<dyn ViewStore>,
    name: ProjectionName,
}

impl Controls {
    pub(crate) fn new(views: Arc<dyn ViewStore>, name: ProjectionName) -> Self {
        Self { views, name }
    }

    /// What it says now.
    pub(crate) async fn read(&self) -> Result<Control, ViewError> {
        let query = Query::small(
            include_str!("control/sql/find_controls.sql"),
            self.params([]),
        );
        let row = self.views.read_one(query).await?.first(read_row)?;
        Ok(row.unwrap_or_default())
    }

    /// Notes that `keeper` keeps the view.
    pub(crate) async fn keep(&self, keeper: &str) -> Result<(), CommitError> {
        let sql = include_str!("control/sql/keep_view.sql");
        self.write(sql, self.params([keeper.into()]))
            .await
            .map(drop)
    }

    /// Asks that the view stands still.
    pub(crate) async fn pause(&self, pause: &Pause) -> Result<(), CommitError> {
        let params = [
            pause.who.as_str().into(),
            pause.reason.clone().into(),
            pause.since.micros().into(),
        ];
        let sql = include_str!("control/sql/pause_view.sql");
        self.write(sql, self.params(params)).await.map(drop)
    }

    /// Asks that it goes on.
    pub(crate) async fn resume(&self) -> Result<(), CommitError> {
        let sql = include_str!("control/sql/resume_view.sql");
        self.write(sql, self.params([])).await.map(drop)
    }

    /// Notes the event at which it stands, or that there is none.
    pub(crate) async fn note_failure(
        &self,
        failing: Option<&FailingEvent>,
    ) -> Result<(), CommitError> {
        let params = [
            failing.map(|failing| failing.position).into(),
            failing.map(|failing| failing.reason.as_str()).into(),
        ];
        let sql = include_str!("control/sql/note_failure.sql");
        self.write(sql, self.params(params)).await.map(drop)
    }

    /// Asks for a rebuild. False when that was asked before.
    pub(crate) async fn ask_rebuild(&self, who: &str) -> Result<bool, CommitError> {
        let sql = include_str!("control/sql/ask_rebuild.sql");
        self.write(sql, self.params([who.into()])).await
    }

    /// Notes how far the rebuild is, and what it waits for. False when it was called off.
    pub(crate) async fn note_rebuild(
        &self,
        progress: RebuildProgress,
        error: Option<&str>,
    ) -> Result<bool, CommitError> {
        let params = vec![
            progress.done.into(),
            progress.head.into(),
            (progress.rate as i64).into(),
            error.into(),
            self.name.word().into(),
        ];
        self.write(include_str!("control/sql/note_rebuild.sql"), params)
            .await
    }

    /// Takes back that a rebuild is asked for, and says why where it was given up. False when
    /// nobody asked.
    pub(crate) async fn end_rebuild(&self, error: Option<String>) -> Result<bool, CommitError> {
        let params = vec![error.into(), self.name.word().into()];
        self.write(include_str!("control/sql/end_rebuild.sql"), params)
            .await
    }

    fn params<const N: usize>(&self, more: [Value; N]) -> Vec<Value> {
        std::iter::once(self.name.word().into())
            .chain(more)
            .collect()
    }

    async fn write(&self, sql: &'static str, params: Vec<Value>) -> Result<bool, CommitError> {
        Ok(self.views.execute(Statement::new(sql, params)).await? > 0)
    }
}

fn read_row(row: &mut RowReader<'_>) -> Result<Control, ViewError> {
    let keeper = row.optional_text()?;
    let (who, reason, since) = (
        row.optional_text()?,
        row.optional_text()?,
        row.optional_int()?,
    );
    let pause = who.zip(since).map(|(who, since)| Pause {
        who,
        reason,
        since: Timestamp::from_micros(since),
    });
    let (position, fault) = (row.optional_int()?, row.optional_text()?);
    let failing = position
        .zip(fault)
        .map(|(position, reason)| FailingEvent { position, reason });
    let who = row.optional_text()?;
    let (done, head, rate) = (
        row.optional_int()?,
        row.optional_int()?,
        row.optional_int()?,
    );
    let error = row.optional_text()?;
    let progress = done.zip(head).map(|(done, head)| {
        RebuildProgress::new(Position(done), Position(head), rate.unwrap_or(0) as f64)
    });
    let (rebuild, rebuild_error) = match who {
        Some(who) => (
            Some(RebuildStatus {
                who,
                progress,
                error,
            }),
            None,
        ),
        None => (None, error),
    };
    Ok(Control {
        keeper,
        pause,
        failing,
        rebuild,
        rebuild_error,
    })
}

impl Control {
    /// The event at which the view stands, if it lies behind `position`.
    pub(crate) fn fails_after(&self, position: Position) -> bool {
        self.failing
            .as_ref()
            .is_some_and(|failing| failing.position > position.0)
    }
}
