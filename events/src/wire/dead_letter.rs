//! Stored shapes of the events of dead letters.
//!
//! The stores read `outcome` out of them, to tell which letters still wait.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    dead_letter::{DeadLetterEvent, RetryOutcome},
    envelope::Position,
    event::EventType,
    ids::DeadLetterId,
};

#[derive(Serialize, Deserialize)]
struct Retried {
    dead_letter_id: DeadLetterId,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
enum Outcome {
    Recorded {
        bet_id: Uuid,
        position: Position,
    },
    AlreadyRecorded {
        bet_id: Uuid,
        position: Position,
    },
    Refused {
        bet_id: Uuid,
        code: String,
        detail: String,
        position: Position,
    },
    Unreadable {
        reason: String,
        detail: String,
    },
}

#[derive(Serialize, Deserialize)]
struct Discarded {
    dead_letter_id: DeadLetterId,
}

pub(super) fn encode(event: &DeadLetterEvent) -> serde_json::Result<String> {
    match event {
        DeadLetterEvent::Retried {
            dead_letter_id,
            outcome,
        } => serde_json::to_string(&Retried {
            dead_letter_id: *dead_letter_id,
            outcome: shape(outcome.clone()),
        }),
        DeadLetterEvent::Discarded { dead_letter_id } => serde_json::to_string(&Discarded {
            dead_letter_id: *dead_letter_id,
        }),
    }
}

pub(super) fn decode(event_type: EventType, data: &str) -> Result<DeadLetterEvent, String> {
    if event_type == EventType::DeadLetterDiscarded {
        let Discarded { dead_letter_id } = super::read(data)?;
        return Ok(DeadLetterEvent::Discarded { dead_letter_id });
    }
    let Retried {
        dead_letter_id,
        outcome,
    } = super::read(data)?;
    Ok(DeadLetterEvent::Retried {
        dead_letter_id,
        outcome: meaning(outcome),
    })
}

fn shape(outcome: RetryOutcome) -> Outcome {
    match outcome {
        RetryOutcome::Recorded { bet_id, position } => Outcome::Recorded { bet_id, position },
        RetryOutcome::AlreadyRecorded { bet_id, position } => {
            Outcome::AlreadyRecorded { bet_id, position }
        }
        RetryOutcome::Refused {
            bet_id,
            code,
            detail,
            position,
        } => Outcome::Refused {
            bet_id,
            code,
            detail,
            position,
        },
        RetryOutcome::Unreadable { reason, detail } => Outcome::Unreadable { reason, detail },
    }
}

fn meaning(outcome: Outcome) -> RetryOutcome {
    match outcome {
        Outcome::Recorded { bet_id, position } => RetryOutcome::Recorded { bet_id, position },
        Outcome::AlreadyRecorded { bet_id, position } => {
            RetryOutcome::AlreadyRecorded { bet_id, position }
        }
        Outcome::Refused {
            bet_id,
            code,
            detail,
            position,
        } => RetryOutcome::Refused {
            bet_id,
            code,
            detail,
            position,
        },
        Outcome::Unreadable { reason, detail } => RetryOutcome::Unreadable { reason, detail },
    }
}
