//! Rebuilding what one stream makes of a view: its rows are folded from the log alone and take the
//! place of those that are there in one commit, while the view goes on answering.

use std::{collections::VecDeque, sync::Arc};

use betstream_events::{
    envelope::{Position, RecordedEvent, StreamName, Version},
    event::Event,
    store::{Follow, LogReader},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::RebuildError;
use crate::{
    checkpoint::Checkpoint,
    part::Beside,
    projection::ProjectionName,
    runner::{PartFold, ProjectionShared, Skips, fold_event},
    views::CommitError,
};

/// How often a view that another process moves meanwhile is tried again.
const ATTEMPTS: usize = 20;
/// How many events are read at a time.
const PAGE: usize = 2_000;

/// What a stream's part of a view was rebuilt from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PartRebuilt {
    /// The projection.
    #[schema(example = "desk")]
    pub projection: String,
    /// The stream.
    #[schema(example = "batch-42")]
    pub stream: String,
    /// How many events it was folded from.
    pub events: usize,
    /// Where the view stood then.
    pub position: i64,
}

/// Why a stream's part was not rebuilt; the view is as it was.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    /// The view has no rows that are this stream's alone.
    #[error(
        "{projection} has no part that {stream} makes alone: rebuild it whole (accounts and batches \
         have theirs in desk, markets in markets)"
    )]
    NotDivisible {
        /// The projection.
        projection: ProjectionName,
        /// The stream.
        stream: StreamName,
    },
    /// No event of the log is of this stream.
    #[error("the log has no event of {0}")]
    NoSuchStream(StreamName),
    /// The whole view was never built, or is another log's.
    #[error("{0} was not built from this log yet: rebuild it whole")]
    NotBuilt(ProjectionName),
    /// Another process moved the view each time.
    #[error("another process moved {0} each of {ATTEMPTS} times: try again")]
    Moved(ProjectionName),
    /// As with whole views.
    #[error(transparent)]
    Rebuild(#[from] RebuildError),
}

/// Rebuilds the part of `shared` that `stream` makes.
pub(crate) async fn rebuild_part(
    log: &Arc<dyn LogReader>,
    shared: &ProjectionShared,
    stream: &StreamName,
) -> Result<PartRebuilt, PartError> {
    let name = shared.name;
    let refused = |error| RebuildError::of_commit(error, name, Position::START);
    let _alone = shared.building.lock().await;
    for _ in 0..ATTEMPTS {
        let (generation, at) = standing(log, shared).await?;
        let skips = Skips::load(&**log, name).await;
        let skips = skips.map_err(|error| RebuildError::of_log(error, name))?;
        let fold = shared.checkpoints.part(generation, stream);
        let fold = fold.ok_or_else(|| PartError::NotDivisible {
            projection: name,
            stream: stream.clone(),
        })?;
        let mut gathering = Gathering::new(log, name, stream, skips, fold);
        // First without holding up the runner.
        gathering.up_to(at.position).await?;
        let _at_rest = shared.gate.lock().await;
        let (current, at) = standing(log, shared).await?;
        if current != generation {
            continue;
        }
        gathering.up_to(at.position).await?;
        let Gathering { fold, events, .. } = gathering;
        if events == 0 {
            return Err(PartError::NoSuchStream(stream.clone()));
        }
        match fold.fold.commit(&at, &at).await {
            Ok(()) => {
                tracing::info!(projection = %name, %stream, events, "a stream's part was rebuilt from the log");
                return Ok(PartRebuilt {
                    projection: name.to_string(),
                    stream: stream.to_string(),
                    events,
                    position: at.position.0,
                });
            }
            Err(CommitError::NotOwner) => {}
            Err(error) => return Err(refused(error).into()),
        }
    }
    Err(PartError::Moved(name))
}

/// The generation that answers, when it was built from this log.
async fn standing(
    log: &Arc<dyn LogReader>,
    shared: &ProjectionShared,
) -> Result<(i64, Checkpoint), PartError> {
    let name = shared.name;
    let current = shared.checkpoints.current().await;
    let current = current.map_err(|error| RebuildError::of_commit(error, name, Position::START))?;
    let (generation, at) = current.ok_or(PartError::NotBuilt(name))?;
    let of_log = |error| RebuildError::of_log(error, name);
    let head = log.head().await.map_err(of_log)?;
    let fits = at.fits(&head, &**log).await.map_err(of_log)?;
    fits.map_err(|_| PartError::NotBuilt(name))?;
    Ok((generation, at))
}

/// The events of one stream, and of those that have a say beside it, folded in the order of the log.
struct Gathering<'a> {
    log: &'a Arc<dyn LogReader>,
    name: ProjectionName,
    stream: &'a StreamName,
    skips: Skips,
    fold: PartFold,
    /// The last of its own events that is folded.
    version: Version,
    /// Up to where batches were looked through.
    looked: Position,
    /// The account of a batch, and its last event that is at hand.
    account: Option<(StreamName, Version)>,
    /// Those of them that count, to be folded in their turn.
    beside: VecDeque<RecordedEvent>,
    events: usize,
}

impl<'a> Gathering<'a> {
    fn new(
        log: &'a Arc<dyn LogReader>,
        name: ProjectionName,
        stream: &'a StreamName,
        skips: Skips,
        fold: PartFold,
    ) -> Self {
        Self {
            log,
            name,
            stream,
            skips,
            fold,
            version: Version::NONE,
            looked: Position::START,
            account: None,
            beside: VecDeque::new(),
            events: 0,
        }
    }

    /// Folds everything up to `position`.
    async fn up_to(&mut self, position: Position) -> Result<(), RebuildError> {
        if self.fold.beside == Beside::Batches {
            self.look_through_batches(position).await?;
        }
        loop {
            let own = self.log.read_stream(self.stream, self.version, PAGE).await;
            let own = own.map_err(|error| RebuildError::of_log(error, self.name))?;
            if self.fold.beside == Beside::Account {
                self.look_at_account(own.first()).await?;
            }
            for event in own.iter().filter(|event| event.position <= position) {
                self.fold_beside(event.position)?;
                self.add(event)?;
                self.version = event.version;
            }
            if own.len() < PAGE || own.last().is_some_and(|last| last.position > position) {
                return self.fold_beside(position);
            }
        }
    }

    /// Folds the events of others that come before `position`, or at it.
    fn fold_beside(&mut self, position: Position) -> Result<(), RebuildError> {
        while self
            .beside
            .front()
            .is_some_and(|event| event.position <= position)
        {
            if let Some(event) = self.beside.pop_front() {
                self.add(&event)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, event: &RecordedEvent) -> Result<(), RebuildError> {
        if self.skips.contains(event.position) {
            return Ok(());
        }
        self.events += 1;
        fold_event(&mut *self.fold.fold, event).map_err(|reason| RebuildError::Event {
            projection: self.name,
            position: event.position,
            reason,
        })
    }

    /// Which batches count is found in the desk's events, for no view may be believed here.
    async fn look_through_batches(&mut self, position: Position) -> Result<(), RebuildError> {
        while self.looked < position {
            let read = self
                .log
                .read_after(self.looked, position, PAGE, Follow::Desk);
            let read = read
                .await
                .map_err(|error| RebuildError::of_log(error, self.name))?;
            self.looked = match read.last() {
                Some(last) if read.len() == PAGE => last.position,
                _ => position,
            };
            let concerns = |event: &RecordedEvent| (self.fold.concerns)(event, self.stream);
            self.beside.extend(read.into_iter().filter(concerns));
        }
        Ok(())
    }

    /// An account has few events, and only its last one can take a batch along.
    async fn look_at_account(&mut self, own: Option<&RecordedEvent>) -> Result<(), RebuildError> {
        if let Some(Event::Batch(event)) = own.map(|own| &own.event) {
            let account = StreamName::Account(event.owner().account_id);
            self.account.get_or_insert((account, Version::NONE));
        }
        let Some((account, version)) = &mut self.account else {
            return Ok(());
        };
        let read = self.log.read_stream(account, *version, usize::MAX).await;
        let read = read.map_err(|error| RebuildError::of_log(error, self.name))?;
        *version = read.last().map_or(*version, |last| last.version);
        self.beside.extend(read);
        Ok(())
    }
}
