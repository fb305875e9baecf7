//! A moment of the log: a position, or a time. The one place where either is read.

use std::{fmt, str::FromStr};

use betstream_events::{
    clock::{Clock, Timestamp},
    envelope::Position,
    store::{LogReader, StoreError},
};

use super::Params;
use crate::error::{ApiError, kinds};

/// What a caller means by *then*: an integer is a position, RFC 3339 a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// When the log stood at this position; 0 is before its first event.
    Position(Position),
    /// After everything that was recorded up to this instant.
    Time(Timestamp),
}

/// The text is no moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoMoment;

impl FromStr for Moment {
    type Err = NoMoment;

    fn from_str(text: &str) -> Result<Self, NoMoment> {
        if let Ok(position) = text.parse::<i64>() {
            return if position >= 0 {
                Ok(Self::Position(Position(position)))
            } else {
                Err(NoMoment)
            };
        }
        // A plus sign that was not encoded arrives as a space: `14:34:00 01:00`.
        let time = match text.len().checked_sub(6).and_then(|at| text.get(at..)) {
            Some(offset) if offset.starts_with(' ') => {
                format!("{}+{}", &text[..text.len() - 6], &offset[1..])
            }
            _ => text.to_owned(),
        };
        Timestamp::parse_rfc3339(&time)
            .map(Self::Time)
            .map_err(|_| NoMoment)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Position(position) => position.fmt(f),
            Self::Time(time) => time.fmt(f),
        }
    }
}

impl Moment {
    /// What a parameter that is a moment should have been.
    pub const EXPECTED: &'static str =
        "a log position or an RFC 3339 time like 2026-03-14T14:34:00Z";

    /// The position at which the log stood at this moment, named `name` by the caller.
    ///
    /// # Errors
    /// `after_the_end` for a position that the log has not reached and for a time that has not
    /// come, each with where the log ends; `unavailable` when the log does not answer.
    pub async fn position(
        self,
        name: &str,
        log: &dyn LogReader,
        clock: &dyn Clock,
    ) -> Result<Position, ApiError> {
        let last = log.head().await?.position;
        let time = match self {
            Self::Position(position) if position <= last => return Ok(position),
            Self::Position(position) => {
                let detail = format!(
                    "{name} {position} lies after the end of the log: its last position is {last}"
                );
                return Err(ApiError::new(&kinds::AFTER_THE_END, detail));
            }
            Self::Time(time) => time,
        };
        let recorded = recorded_at(log, last).await?;
        // The database's clock may run ahead of ours: what is recorded has been.
        let now = recorded.map_or(clock.now(), |recorded| recorded.max(clock.now()));
        if time > now {
            let ends = recorded.map_or_else(
                || "the log is empty".to_owned(),
                |recorded| format!("the log ends at position {last}, recorded at {recorded}"),
            );
            let detail = format!("{name} {time} has not come yet: it is {now}, and {ends}");
            return Err(ApiError::new(&kinds::AFTER_THE_END, detail));
        }
        Ok(log.position_at(time).await?)
    }
}

impl Params {
    /// The parameter as a moment.
    ///
    /// # Errors
    /// `invalid_parameter`, which names it.
    pub fn moment(&self, name: &str) -> Result<Option<Moment>, ApiError> {
        self.read(name, Moment::EXPECTED)
    }
}

async fn recorded_at(
    log: &dyn LogReader,
    position: Position,
) -> Result<Option<Timestamp>, StoreError> {
    let rows = log.rows_at(&[position]).await?;
    Ok(rows.first().map(|row| row.recorded_at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integer_is_a_position_and_rfc_3339_a_time() {
        let at = |text: &str| Timestamp::parse_rfc3339(text).map(Moment::Time);
        let table = [
            ("0", Ok(Moment::Position(Position(0)))),
            ("17", Ok(Moment::Position(Position(17)))),
            ("2026-03-14T14:34:00Z", at("2026-03-14T14:34:00Z")),
            ("2026-03-14T14:34:00+01:00", at("2026-03-14T13:34:00Z")),
            ("2026-03-14T14:34:00 01:00", at("2026-03-14T13:34:00Z")),
            ("2026-03-14T14:34:00.5-01:00", at("2026-03-14T15:34:00.5Z")),
        ];
        for (text, expected) in table {
            assert_eq!(text.parse(), Ok(expected.unwrap()), "{text:?}");
        }
        for text in [
            "",
            "-1",
            "1.5",
            "yesterday",
            "2026-03-14",
            "14:34",
            "ä:34:00",
            " 01:00",
        ] {
            assert_eq!(text.parse::<Moment>(), Err(NoMoment), "{text:?}");
        }
    }
}
