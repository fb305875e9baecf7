//! Folding a stream up to a moment, from the last state that was kept before it.

use betstream_events::{
    envelope::{EventRow, Position, StreamName, Version},
    store::{LogIdentity, Span},
};

use super::{
    HistoryQueries,
    beside::counted,
    error::HistoryError,
    keyframes::{self, may_be_kept},
    moment::Moment,
    past::Past,
    replay::Replay,
    view::Point,
};

/// A past, with the last event that made it.
pub(super) struct Told {
    pub(super) past: Past,
    pub(super) last: Option<EventRow>,
}

impl Told {
    /// Where it stands.
    pub(super) fn point(&self, moment: Moment) -> Point {
        let last = self.last.as_ref();
        Point {
            version: moment.version,
            position: last.map_or(Position::START, |row| row.position),
            recorded_at: last.map(|row| row.recorded_at),
            as_of: moment.as_of,
            standing: self.past.standing(),
        }
    }
}

impl HistoryQueries {
    pub(super) fn replay<'a>(
        &'a self,
        stream: &'a StreamName,
        versions: Span<Version>,
        positions: Span<Position>,
    ) -> Replay<'a> {
        Replay {
            log: &*self.log,
            views: &*self.past.views,
            stream,
            versions,
            positions,
        }
    }

    /// Folds `stream` up to `moment`, from the last state that was kept before it.
    pub(super) async fn told(
        &self,
        stream: &StreamName,
        moment: Moment,
        identity: LogIdentity,
    ) -> Result<Told, HistoryError> {
        let Moment { version, as_of, .. } = moment;
        if matches!(stream, StreamName::Market(_)) {
            counted(&self.past.markets, as_of).await?;
        }
        let last = self.row(stream, version).await?;
        let past = self.past_at(stream, version, as_of, identity).await?;
        Ok(Told { past, last })
    }

    /// As [`Self::told`], without a look at the last event.
    pub(super) async fn past_at(
        &self,
        stream: &StreamName,
        version: Version,
        as_of: Position,
        identity: LogIdentity,
    ) -> Result<Past, HistoryError> {
        let mut past = Past::of(stream);
        let (mut after, mut after_position) = (Version::NONE, Position::START);
        if Past::is_told_by_last_event(stream) {
            after = Version((version.0 - 1).max(0));
        } else if may_be_kept(stream, version) {
            let views = &*self.past.views;
            let found = keyframes::find(&*self.log, views, identity, stream, version).await?;
            let restored = found.and_then(|keyframe| {
                let past = Past::from_keyframe(stream, &keyframe)?;
                Some((past, keyframe.version, keyframe.position))
            });
            if let Some((kept, version, position)) = restored {
                (past, after, after_position) = (kept, version, position);
            }
        }
        let (versions, positions) = (
            Span {
                after,
                up_to: version,
            },
            Span {
                after: after_position,
                up_to: as_of,
            },
        );
        let mut replay = self.replay(stream, versions, positions);
        let mut kept_at = after;
        loop {
            let events = replay.page().await?;
            if events.is_empty() {
                return Ok(past);
            }
            let mut kept = Vec::new();
            for event in &events {
                past.apply(event);
                if event.stream == *stream
                    && let Some(keyframe) =
                        past.keyframe(kept_at, (event.version, event.position, event.event_id))
                {
                    kept_at = keyframe.version;
                    kept.push(keyframe);
                }
            }
            keyframes::keep(self.past.views.clone(), identity, stream, kept);
        }
    }
}
