//! The rules of projections as stories.

use betstream_events::{
    clock::Timestamp, envelope::Position, event::Event, ids::ProjectionId, metadata::Road,
    projection::ProjectionEvent,
};

use super::*;
use crate::{context::CommandContext, entity::Entity};

fn desk() -> ProjectionId {
    ProjectionId::parse("desk").unwrap()
}

fn skipped(position: i64) -> ProjectionEvent {
    ProjectionEvent::EventSkipped {
        projection: desk(),
        position: Position(position),
        fault: "the fold panicked".to_owned(),
    }
}

fn when(
    given: &[ProjectionEvent],
    position: i64,
    reason: Option<&str>,
) -> Result<Vec<Event>, ProjectionRejection> {
    let mut state = Projection::initial(&desk());
    given.iter().for_each(|event| state.evolve(event));
    let command = ProjectionCommand::Skip {
        position: Position(position),
        fault: "the fold panicked".to_owned(),
    };
    let mut context = CommandContext::new("ann", Road::Http, Timestamp::from_micros(1));
    context.reason = reason.map(str::to_owned);
    let decision = Projection::decide(&state, &command, &context)?;
    Ok(decision.events.into_iter().map(|one| one.event).collect())
}

#[test]
fn an_event_is_passed_over_once_and_for_a_reason() {
    assert_eq!(when(&[], 7, Some("by hand")), Ok(vec![skipped(7).into()]));
    assert_eq!(
        when(&[skipped(7)], 8, Some("by hand")),
        Ok(vec![skipped(8).into()])
    );
    let (projection, position) = (desk(), Position(7));
    assert_eq!(
        when(&[], 7, None),
        Err(ProjectionRejection::ReasonMissing {
            projection: projection.clone(),
            position
        })
    );
    // That it is passed over already comes before anything that is missing.
    assert_eq!(
        when(&[skipped(7)], 7, None),
        Err(ProjectionRejection::Skipped {
            projection,
            position
        })
    );
}
