//! Stored shapes of the events of projections.

use serde::{Deserialize, Serialize};

use crate::{envelope::Position, ids::ProjectionId, projection::ProjectionEvent};

#[derive(Serialize, Deserialize)]
struct EventSkipped {
    projection: String,
    position: Position,
    fault: String,
}

pub(super) fn encode(event: &ProjectionEvent) -> serde_json::Result<String> {
    let ProjectionEvent::EventSkipped {
        projection,
        position,
        fault,
    } = event;
    serde_json::to_string(&EventSkipped {
        projection: projection.to_string(),
        position: *position,
        fault: fault.clone(),
    })
}

pub(super) fn decode(data: &str) -> Result<ProjectionEvent, String> {
    let EventSkipped {
        projection,
        position,
        fault,
    } = super::read(data)?;
    Ok(ProjectionEvent::EventSkipped {
        projection: ProjectionId::parse(&projection).map_err(|error| error.to_string())?,
        position,
        fault,
    })
}
