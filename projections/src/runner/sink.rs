//! Where a projection's changes go: a view store, or Redis.

use std::panic::{AssertUnwindSafe, catch_unwind};

use async_trait::async_trait;
use betstream_events::{
    envelope::{Position, RecordedEvent, StreamName},
    fault::{self, Point},
    store::Follow,
};

use crate::{
    checkpoint::Checkpoint,
    part::Beside,
    projection::{ProjectionName, ViewTable},
    verify::Difference,
    views::{CommitError, Value},
};

/// One projection's place, by generations: one answers, others are built beside it.
#[async_trait]
pub(crate) trait Sink: Send + Sync + 'static {
    /// Which projection.
    fn name(&self) -> ProjectionName;

    /// Which events it must see.
    fn want(&self) -> Follow;

    /// The generation that answers, and its checkpoint.
    async fn current(&self) -> Result<Option<(i64, Checkpoint)>, CommitError>;

    /// Begins at `start` where nothing was ever counted. False when only a rebuild will do.
    async fn found(&self, start: &Checkpoint) -> Result<bool, CommitError>;

    /// Collects changes for `generation`.
    fn fold(&self, generation: i64) -> Box<dyn Fold>;

    /// Where the building of `generation` goes on: at its own checkpoint when it is of the same
    /// log and epoch as `start`, else at `start`, emptied.
    async fn prepare(&self, generation: i64, start: &Checkpoint)
    -> Result<Checkpoint, CommitError>;

    /// Lets `generation`, which stands at `at`, answer in place of `current`.
    async fn swap(
        &self,
        current: i64,
        generation: i64,
        at: &Checkpoint,
        head: Position,
    ) -> Result<(), CommitError>;

    /// Empties `generation`, in pieces.
    async fn clear(&self, generation: i64) -> Result<(), CommitError>;

    /// Generations other than `current` that were left behind by an earlier swap.
    async fn leftovers(&self, current: i64) -> Result<Vec<i64>, CommitError>;

    /// How the generation that answers differs from `generation`, in a few rows, and its checkpoint
    /// at that moment.
    async fn differences(
        &self,
        current: i64,
        generation: i64,
    ) -> Result<(Vec<Difference>, Option<Checkpoint>), CommitError>;

    /// The table of this name, where it keeps one.
    fn table(&self, name: &str) -> Option<&'static ViewTable>;

    /// Collects the part of `generation` that `stream` makes, to be written in place of what is
    /// there. None where its rows cannot be told from those of other streams.
    fn part(&self, generation: i64, stream: &StreamName) -> Option<PartFold>;

    /// Whether `event` changes the row of `table` that `key` names, and how much it adds to the sum
    /// by which that row tells what it has counted (0 where it has none). None too where that cannot
    /// be told of one event alone.
    fn touch(&self, event: &RecordedEvent, table: &ViewTable, key: &[Value]) -> Option<i64>;

    /// The stored checkpoint of the generation that answers.
    async fn checkpoint(&self) -> Result<Option<Checkpoint>, CommitError> {
        Ok(self.current().await?.map(|(_, checkpoint)| checkpoint))
    }

    /// Whether the sink can lose its state by itself, so that it must be looked at while idle.
    fn is_volatile(&self) -> bool {
        false
    }
}

/// The changes of one commit.
#[async_trait]
pub(crate) trait Fold: Send {
    /// Adds what `event` changes.
    fn add(&mut self, event: &RecordedEvent);

    /// Whether there is nothing to write.
    fn is_empty(&self) -> bool;

    /// Writes the changes and moves the checkpoint from `from` to `to`, together.
    async fn commit(self: Box<Self>, from: &Checkpoint, to: &Checkpoint)
    -> Result<(), CommitError>;
}

/// The part of a view that one stream makes, collected from nothing.
pub(crate) struct PartFold {
    /// Which other streams have a say in it.
    pub(crate) beside: Beside,
    /// Whether an event of those does.
    pub(crate) concerns: fn(&RecordedEvent, &StreamName) -> bool,
    /// Its commit removes what was there before.
    pub(crate) fold: Box<dyn Fold>,
}

/// Adds what `event` changes; a panic becomes the text of it.
pub(crate) fn fold_event(fold: &mut dyn Fold, event: &RecordedEvent) -> Result<(), String> {
    let add = || {
        fault::pass(Point::InFold);
        fold.add(event);
    };
    catch_unwind(AssertUnwindSafe(add)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        format!("the fold panicked: {text}")
    })
}
