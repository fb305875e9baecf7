//! Where a projection's changes go: a view store, or Redis.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use async_trait::async_trait;
use betstream_events::{
    envelope::{Position, RecordedEvent},
    fault::{self, Point},
    store::Follow,
};

use crate::{
    checkpoint::Checkpoint,
    projection::{Projection, ProjectionName, View, ViewTable},
    verify::Difference,
    views::{CommitError, Query, Statement, Value, ViewStore, generations},
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

    /// Whether `event` changes the row of `table` that `key` names. False too where that cannot be
    /// told of one event alone.
    fn touches(&self, event: &RecordedEvent, table: &str, key: &[Value]) -> bool;

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

/// A generation that there never is: it marks the parameters of statements that nobody carries out.
const ALONE: i64 = i64::MIN;

/// A projection in a view store.
pub(crate) struct ViewSink<V> {
    views: Arc<dyn ViewStore>,
    folding: Folding,
    /// What one event alone would write, where that can be told.
    alone: fn(&RecordedEvent) -> Vec<Statement>,
    view: std::marker::PhantomData<fn() -> V>,
}

/// Collects changes for a generation.
type Folding = Box<dyn Fn(i64) -> Box<dyn Fold> + Send + Sync>;

impl<P: Projection> ViewSink<P> {
    pub(crate) fn new(views: Arc<dyn ViewStore>) -> Arc<Self> {
        let into = views.clone();
        let fold = move |generation| -> Box<dyn Fold> {
            Box::new(ViewFold::<P> {
                views: into.clone(),
                generation,
                changes: P::Changes::default(),
            })
        };
        let alone = |event: &RecordedEvent| {
            let mut changes = P::Changes::default();
            P::fold(&mut changes, event);
            if P::is_empty(&changes) {
                Vec::new()
            } else {
                P::statements(changes, ALONE)
            }
        };
        Arc::new(Self {
            views,
            folding: Box::new(fold),
            alone,
            view: std::marker::PhantomData,
        })
    }
}

impl<V: View> ViewSink<V> {
    /// A view that is written in a way of its own.
    pub(crate) fn folding(
        views: Arc<dyn ViewStore>,
        fold: impl Fn(i64) -> Box<dyn Fold> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            views,
            folding: Box::new(fold),
            alone: |_| Vec::new(),
            view: std::marker::PhantomData,
        })
    }
}

#[async_trait]
impl<V: View> Sink for ViewSink<V> {
    fn name(&self) -> ProjectionName {
        V::NAME
    }

    fn want(&self) -> Follow {
        V::WANT
    }

    async fn current(&self) -> Result<Option<(i64, Checkpoint)>, CommitError> {
        Ok(generations::current(&*self.views, V::NAME).await?)
    }

    async fn found(&self, start: &Checkpoint) -> Result<bool, CommitError> {
        generations::found(&*self.views, V::NAME, start).await?;
        Ok(true)
    }

    fn fold(&self, generation: i64) -> Box<dyn Fold> {
        (self.folding)(generation)
    }

    async fn prepare(
        &self,
        generation: i64,
        start: &Checkpoint,
    ) -> Result<Checkpoint, CommitError> {
        let stored = generations::checkpoint(&*self.views, V::NAME, generation).await?;
        if let Some(stored) = stored
            && (stored.log, stored.epoch) == (start.log, start.epoch)
        {
            return Ok(stored);
        }
        self.clear(generation).await?;
        self.views
            .commit(
                generations::put_checkpoint(V::NAME, generation, start),
                Vec::new(),
            )
            .await?;
        Ok(*start)
    }

    async fn swap(
        &self,
        current: i64,
        generation: i64,
        at: &Checkpoint,
        head: Position,
    ) -> Result<(), CommitError> {
        generations::swap(&*self.views, V::NAME, current, generation, at, head).await
    }

    async fn clear(&self, generation: i64) -> Result<(), CommitError> {
        for table in V::TABLES {
            loop {
                let delete = Statement::new(table.delete_some, vec![generation.into()]);
                if self.views.execute(delete).await? == 0 {
                    break;
                }
            }
        }
        self.views
            .execute(generations::drop_checkpoint(V::NAME, generation))
            .await?;
        Ok(())
    }

    async fn leftovers(&self, current: i64) -> Result<Vec<i64>, CommitError> {
        let mut generations = generations::all(&*self.views, V::NAME).await?;
        generations.push(current - 1);
        generations.retain(|generation| (1..current).contains(generation));
        Ok(generations)
    }

    async fn differences(
        &self,
        current: i64,
        generation: i64,
    ) -> Result<(Vec<Difference>, Option<Checkpoint>), CommitError> {
        let ask = |table: &ViewTable, one: i64, other: i64| {
            Query::list(table.differences, vec![one.into(), other.into()], false)
        };
        let queries = V::TABLES.iter().flat_map(|table| {
            [
                ask(table, current, generation),
                ask(table, generation, current),
            ]
        });
        let stands = generations::current_query(V::NAME);
        let queries = std::iter::once(stands).chain(queries);
        let mut answers = self.views.read(queries.collect()).await?.into_iter();
        let stands = generations::read_current(answers.next().unwrap_or_default())?;
        let sides = V::TABLES
            .iter()
            .flat_map(|table| [(table.name, true), (table.name, false)]);
        let found = sides.zip(answers).flat_map(|((table, running), rows)| {
            rows.each()
                .into_iter()
                .map(move |cells| Difference::of_cells(V::NAME, table, running, cells))
        });
        Ok((found.collect(), stands.map(|(_, checkpoint)| checkpoint)))
    }

    fn table(&self, name: &str) -> Option<&'static ViewTable> {
        V::TABLES.iter().find(|table| table.name == name)
    }

    fn touches(&self, event: &RecordedEvent, table: &str, key: &[Value]) -> bool {
        // In every statement the generation stands right before the key.
        let names_row = |params: &[Value]| {
            params
                .windows(key.len() + 1)
                .any(|some| some[0] == Value::Int(ALONE) && some[1..] == *key)
        };
        (self.alone)(event).iter().any(|statement| {
            statement.sql.contains(&format!(" {table}")) && names_row(&statement.params)
        })
    }
}

struct ViewFold<P: Projection> {
    views: Arc<dyn ViewStore>,
    generation: i64,
    changes: P::Changes,
}

#[async_trait]
impl<P: Projection> Fold for ViewFold<P> {
    fn add(&mut self, event: &RecordedEvent) {
        P::fold(&mut self.changes, event);
    }

    fn is_empty(&self) -> bool {
        P::is_empty(&self.changes)
    }

    async fn commit(
        self: Box<Self>,
        from: &Checkpoint,
        to: &Checkpoint,
    ) -> Result<(), CommitError> {
        let guard = generations::advance(P::NAME, self.generation, from, to);
        let statements = if P::is_empty(&self.changes) {
            Vec::new()
        } else {
            P::statements(self.changes, self.generation)
        };
        self.views.commit(guard, statements).await
    }
}
