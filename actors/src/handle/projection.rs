//! What can be decided about projections.

use betstream_events::{envelope::Position, ids::ProjectionId};

use super::{
    Gate, Repeats,
    account::{ANSWER_WITHIN, too_late},
};
use crate::{
    answer::Answer,
    context::CommandContext,
    directory::Directory,
    error::CommandError,
    journal::Lane,
    projection::{Projection, ProjectionCommand, ProjectionRejection},
};

/// Decisions about projections; cheap to clone.
#[derive(Clone)]
pub struct ProjectionDecider {
    pub(crate) directory: Directory<Projection>,
    pub(crate) gate: Gate,
    pub(crate) repeats: Repeats,
}

impl ProjectionDecider {
    /// Lets a projection pass over the event at `position`, which fails for `fault`, for the reason
    /// in the context; the answer's fact is `projection.event-skipped`.
    ///
    /// # Errors
    /// A rule of projections, or why it could not be taken.
    pub async fn skip(
        &self,
        projection: ProjectionId,
        position: Position,
        fault: String,
        context: CommandContext,
    ) -> Result<Answer, CommandError<ProjectionRejection>> {
        let _pass = self.gate.enter().ok_or(CommandError::Stopping)?;
        let (first, _running) = self.repeats.look_up(&context).await?;
        if let Some(first) = first {
            return Ok(first);
        }
        let command = ProjectionCommand::Skip { position, fault };
        let asking = self
            .directory
            .ask(projection, command, context, Lane::Commands);
        tokio::time::timeout(ANSWER_WITHIN, asking)
            .await
            .unwrap_or_else(|_| Err(too_late()))
    }
}
