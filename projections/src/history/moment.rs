//! Moments of a stream: found, or named with what there is instead.

use betstream_events::{
    envelope::{EventRow, Position, StreamName, Version},
    store::{Order, Span},
};

use super::{HistoryQueries, beside::counted, error::HistoryError};

/// A moment of a stream as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Now.
    Last,
    /// After so many of the stream's events; 0 is before the first.
    Version(Version),
    /// When the log stood at this position, which it has reached.
    Position(Position),
}

/// A moment of a stream that there is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) version: Version,
    pub(super) as_of: Position,
    pub(super) last: Version,
}

impl HistoryQueries {
    /// Finds `place` in `stream`.
    pub(super) async fn moment(
        &self,
        stream: &StreamName,
        place: Place,
    ) -> Result<Moment, HistoryError> {
        let head = self.log.head().await?.position;
        let last = self.log.version_at(stream, head).await?;
        if last == Version::NONE && !self.is_joined(stream, head).await? {
            let stream = stream.clone();
            return Err(HistoryError::UnknownStream { stream });
        }
        let (version, as_of) = match place {
            Place::Last => (last, head),
            Place::Position(position) => {
                let version = if position == head {
                    last
                } else {
                    self.log.version_at(stream, position).await?
                };
                (version, position)
            }
            Place::Version(version) if version < Version::NONE || version > last => {
                return Err(HistoryError::UnknownVersion {
                    stream: stream.clone(),
                    version,
                    last,
                });
            }
            Place::Version(version) => {
                let row = self.row(stream, version).await?;
                (version, row.map_or(Position::START, |row| row.position))
            }
        };
        Ok(Moment {
            version,
            as_of,
            last,
        })
    }

    /// Whether a market without bets of its own has some that joined batches.
    async fn is_joined(&self, stream: &StreamName, head: Position) -> Result<bool, HistoryError> {
        if !matches!(stream, StreamName::Market(_)) {
            return Ok(false);
        }
        let none = Span {
            after: Version::NONE,
            up_to: Version::NONE,
        };
        counted(&self.past.markets, head).await?;
        let mut replay = self.replay(
            stream,
            none,
            Span {
                after: Position::START,
                up_to: head,
            },
        );
        Ok(!replay.page().await?.is_empty())
    }

    pub(super) async fn row(
        &self,
        stream: &StreamName,
        version: Version,
    ) -> Result<Option<EventRow>, HistoryError> {
        if version == Version::NONE {
            return Ok(None);
        }
        let at = Span {
            after: Version(version.0 - 1),
            up_to: version,
        };
        let rows = self
            .log
            .stream_rows(stream, at, Order::OldestFirst, 1)
            .await?;
        Ok(rows.into_iter().next())
    }
}
