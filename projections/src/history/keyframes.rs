//! States of long streams, kept by who read them, so that the next need not start at the first
//! event. Nothing rests on them: each is checked against the event at which it stands, and any of
//! them can be dropped.

use std::sync::Arc;

use betstream_events::{
    envelope::{Position, StreamName, Version},
    ids::EventId,
    store::{LogIdentity, LogReader, Order, Span},
};
use uuid::Uuid;

use super::{error::HistoryError, past::Past};
use crate::{
    desk::DeskChanges,
    markets::MarketChanges,
    views::{CommitError, Query, Statement, ViewStore},
};

/// The form in which states are written; those of another form are passed over.
const FORM: i64 = 1;
/// After how many events a state is kept: reading so many takes a few milliseconds.
const EVERY: i64 = 2_000;

/// A state and the event at which it stands.
pub(super) struct Keyframe {
    pub(super) version: Version,
    pub(super) position: Position,
    pub(super) event_id: EventId,
    state: String,
}

/// Whether a stream is kept at all at `version`.
pub(super) const fn may_be_kept(stream: &StreamName, version: Version) -> bool {
    version.0 > EVERY && !Past::is_told_by_last_event(stream)
}

impl Past {
    /// The state to keep at an event, when enough happened since the last one: at least as many
    /// events as it has rows, so that keeping costs no more than reading.
    pub(super) fn keyframe(
        &self,
        since: Version,
        (version, position, event_id): (Version, Position, EventId),
    ) -> Option<Keyframe> {
        let rows = match self {
            Self::Batch(_, changes) => changes.rows(),
            Self::Market(game, changes) => changes.rows(game),
            Self::Account(..) | Self::DeadLetter(..) | Self::Projection(..) => return None,
        };
        if version.0 - since.0 < EVERY.max(rows as i64) {
            return None;
        }
        let state = match self {
            Self::Batch(id, changes) => changes.keep(*id)?,
            Self::Market(game, changes) => changes.keep(game)?,
            Self::Account(..) | Self::DeadLetter(..) | Self::Projection(..) => return None,
        };
        Some(Keyframe {
            version,
            position,
            event_id,
            state,
        })
    }

    /// The state that was kept; none when it cannot be read.
    pub(super) fn from_keyframe(stream: &StreamName, keyframe: &Keyframe) -> Option<Self> {
        match stream {
            StreamName::Batch(id) => {
                DeskChanges::kept(&keyframe.state).map(|changes| Self::Batch(*id, changes))
            }
            StreamName::Market(game) => MarketChanges::kept(game, &keyframe.state)
                .map(|changes| Self::Market(game.clone(), changes)),
            StreamName::Account(_) | StreamName::DeadLetter(_) | StreamName::Projection(_) => None,
        }
    }
}

/// The last state of `stream` that was kept at or before `version` and stands in this log.
///
/// # Errors
/// [`HistoryError`] when view or log does not answer.
pub(super) async fn find(
    log: &dyn LogReader,
    views: &dyn ViewStore,
    identity: LogIdentity,
    stream: &StreamName,
    version: Version,
) -> Result<Option<Keyframe>, HistoryError> {
    let params = vec![
        identity.log.to_string().into(),
        identity.epoch.into(),
        stream.to_string().into(),
        FORM.into(),
        version.0.into(),
    ];
    let find = Query::list(include_str!("sql/find_keyframe.sql"), params, false);
    let found = views.read_one(find).await?.first(|row| {
        let (version, position) = (Version(row.int()?), Position(row.int()?));
        Ok((version, position, row.text()?, row.text()?))
    })?;
    let Some((version, position, event_id, state)) = found else {
        return Ok(None);
    };
    // A log that was put back by its database's own means may have gone on otherwise.
    let at = Span {
        after: Version(version.0 - 1),
        up_to: version,
    };
    let rows = log.stream_rows(stream, at, Order::OldestFirst, 1).await?;
    let stands = rows.first().filter(|row| {
        row.position == position && Uuid::parse_str(&event_id) == Ok(row.event_id.uuid())
    });
    Ok(stands.map(|row| Keyframe {
        version,
        position,
        event_id: row.event_id,
        state,
    }))
}

/// Keeps states, beside whoever waits for an answer.
pub(super) fn keep(
    views: Arc<dyn ViewStore>,
    identity: LogIdentity,
    stream: &StreamName,
    keyframes: Vec<Keyframe>,
) {
    if keyframes.is_empty() {
        return;
    }
    let stream = stream.to_string();
    tokio::spawn(async move {
        for keyframe in keyframes {
            let kept = put(&*views, identity, &stream, keyframe).await;
            if let Err(error) = kept {
                tracing::debug!(%error, stream, "a state was not kept; it is read again");
                return;
            }
        }
    });
}

async fn put(
    views: &dyn ViewStore,
    identity: LogIdentity,
    stream: &str,
    keyframe: Keyframe,
) -> Result<(), CommitError> {
    let params = vec![
        identity.log.to_string().into(),
        identity.epoch.into(),
        stream.into(),
        FORM.into(),
        keyframe.version.0.into(),
        keyframe.position.0.into(),
        keyframe.event_id.to_string().into(),
        keyframe.state.into(),
    ];
    let put = Statement::new(include_str!("sql/keep_keyframe.sql"), params);
    views.commit(put, Vec::new()).await
}
