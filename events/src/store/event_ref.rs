//! Which event is meant: by its place in the log, or by its id.

use std::{fmt, str::FromStr};

use uuid::Uuid;

use super::{ReadLog, StoreError};
use crate::{
    envelope::{EventRow, Position},
    ids::EventId,
};

/// One event, as people name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventRef {
    /// The one at this position.
    At(Position),
    /// The one of this id; that of a bet of the stream is the bet's own.
    Of(EventId),
}

impl EventRef {
    /// Its row, if the log has it.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn find(self, log: &dyn ReadLog) -> Result<Option<EventRow>, StoreError> {
        let rows = match self {
            Self::At(position) => log.rows_at(&[position]).await?,
            Self::Of(id) => log.rows_of(&[id]).await?,
        };
        Ok(rows.into_iter().next())
    }
}

impl FromStr for EventRef {
    type Err = NotAnEvent;

    fn from_str(text: &str) -> Result<Self, NotAnEvent> {
        match (text.parse::<i64>(), Uuid::try_parse(text)) {
            (Ok(position), _) if position > 0 => Ok(Self::At(Position(position))),
            (Err(_), Ok(id)) => Ok(Self::Of(EventId::new(id))),
            _ => Err(NotAnEvent(text.chars().take(80).collect())),
        }
    }
}

impl fmt::Display for EventRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(position) => write!(f, "{position}"),
            Self::Of(id) => write!(f, "{id}"),
        }
    }
}

/// A text names no event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither a position (1, 2, 3 …) nor the id of an event (a UUID)")]
pub struct NotAnEvent(String);
