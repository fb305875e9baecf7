//! The rules of projections.

use betstream_events::{
    claims::Claim,
    clock::Timestamp,
    envelope::{Position, RecordedEvent, StreamName, Version},
    event::Event,
    ids::ProjectionId,
    projection::ProjectionEvent,
};

use super::{ProjectionCommand, ProjectionDecisions, ProjectionRejection};
use crate::{
    answer::Answer,
    context::CommandContext,
    entity::{Decision, Entity, Outcome},
};

/// The projection as a kind of entity.
pub struct Projection;

impl Entity for Projection {
    type Id = ProjectionId;
    type Command = ProjectionCommand;
    type State = ProjectionDecisions;
    type Rejection = ProjectionRejection;

    const NAME: &'static str = "projection";
    const SNAPSHOT_SCHEMA: i32 = 1;

    fn stream(id: &ProjectionId) -> StreamName {
        StreamName::Projection(id.clone())
    }

    fn initial(id: &ProjectionId) -> ProjectionDecisions {
        ProjectionDecisions::new(id.clone())
    }

    fn decide(
        state: &ProjectionDecisions,
        command: &ProjectionCommand,
        context: &CommandContext,
    ) -> Result<Decision, ProjectionRejection> {
        let ProjectionCommand::Skip { position, fault } = command;
        let (projection, position) = (state.projection.clone(), *position);
        if state.skipped.contains_key(&position) {
            return Err(ProjectionRejection::Skipped {
                projection,
                position,
            });
        }
        if context.reason.is_none() {
            return Err(ProjectionRejection::ReasonMissing {
                projection,
                position,
            });
        }
        let event = ProjectionEvent::EventSkipped {
            projection,
            position,
            fault: fault.clone(),
        };
        Ok(Decision::one(event, Outcome::Whole))
    }

    fn begins(_command: &ProjectionCommand) -> bool {
        false
    }

    fn evolve(state: &mut ProjectionDecisions, event: &Event, _version: Version, _at: Timestamp) {
        if let Event::Projection(event) = event {
            state.evolve(event);
        }
    }

    /// States the last event that is passed over: every command that is not refused adds one.
    fn answer(state: &ProjectionDecisions, _outcome: &Outcome, version: Version) -> Answer {
        let (position, fault) = state.skipped.last_key_value().map_or_else(
            || (Position::START, String::new()),
            |(position, fault)| (*position, fault.clone()),
        );
        Answer {
            fact: ProjectionEvent::EventSkipped {
                projection: state.projection.clone(),
                position,
                fault,
            }
            .into(),
            version,
            bet_versions: Vec::new(),
            updated_at: Timestamp::default(),
            position: Position::START,
        }
    }

    fn claim_refused(
        _command: &ProjectionCommand,
        _claim: &Claim,
        _held_by: Option<&StreamName>,
    ) -> ProjectionRejection {
        ProjectionRejection::Impossible
    }

    fn known_event(
        _command: &ProjectionCommand,
        _stored: &RecordedEvent,
        _restates: bool,
    ) -> ProjectionRejection {
        ProjectionRejection::Impossible
    }

    /// A handful of events in the life of a log.
    fn to_snapshot(_state: &ProjectionDecisions) -> Option<String> {
        None
    }

    fn from_snapshot(
        _id: &ProjectionId,
        _snapshot: &str,
        _version: Version,
    ) -> Option<ProjectionDecisions> {
        None
    }
}
