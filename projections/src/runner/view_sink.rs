//! A projection's place in a view store.

use std::sync::Arc;

use async_trait::async_trait;
use betstream_events::{
    envelope::{Position, RecordedEvent, StreamName},
    store::Follow,
};

use super::sink::{Fold, PartFold, Sink};
use crate::{
    checkpoint::Checkpoint,
    part::Part,
    projection::{Projection, ProjectionName, RowTells, View, ViewTable},
    verify::Difference,
    views::{CommitError, Query, Statement, Value, ViewStore, generations},
};

/// A generation that there never is: it marks the parameters of statements that nobody carries out.
const ALONE: i64 = i64::MIN;

/// A projection in a view store.
pub(crate) struct ViewSink<V> {
    views: Arc<dyn ViewStore>,
    folding: Folding,
    parting: Parting,
    /// What one event alone would write, where that can be told.
    alone: fn(&RecordedEvent) -> Vec<Statement>,
    view: std::marker::PhantomData<fn() -> V>,
}

/// Collects changes for a generation.
type Folding = Box<dyn Fn(i64) -> Box<dyn Fold> + Send + Sync>;

/// Collects the part of a stream for a generation.
type Parting = Box<dyn Fn(i64, &StreamName) -> Option<PartFold> + Send + Sync>;

impl<P: Projection> ViewSink<P> {
    pub(crate) fn new(views: Arc<dyn ViewStore>) -> Arc<Self> {
        let into = views.clone();
        let fold = move |generation| -> Box<dyn Fold> {
            Box::new(ViewFold::<P> {
                views: into.clone(),
                generation,
                of: None,
                changes: P::Changes::default(),
            })
        };
        let into = views.clone();
        let parting = move |generation, stream: &StreamName| {
            let part = P::part(stream)?;
            Some(PartFold {
                beside: part.beside,
                concerns: P::concerns,
                fold: Box::new(ViewFold::<P> {
                    views: into.clone(),
                    generation,
                    of: Some((stream.clone(), part)),
                    changes: P::Changes::default(),
                }),
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
            parting: Box::new(parting),
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
            parting: Box::new(|_, _| None),
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

    fn part(&self, generation: i64, stream: &StreamName) -> Option<PartFold> {
        (self.parting)(generation, stream)
    }

    fn touch(&self, event: &RecordedEvent, table: &ViewTable, key: &[Value]) -> Option<i64> {
        let added = match table.tells {
            RowTells::Sum(column) => table.place_of(column),
            RowTells::Version(_) | RowTells::Nothing => None,
        };
        let of_row = |statement: &Statement| {
            let (params, width) = (&statement.params, key.len() + 1);
            // In every statement the generation stands right before the key.
            let row = params
                .windows(width)
                .position(|some| some[0] == Value::Int(ALONE) && some[1..] == *key)?;
            // A sum is written by an insert, which lists the columns as the table does.
            match added.map(|column| params.get(row + 1 + column)) {
                Some(Some(Value::Int(added))) => Some(*added),
                _ => Some(0),
            }
        };
        let name = format!(" {}", table.name);
        let statements = (self.alone)(event);
        let of_table = statements
            .iter()
            .filter(|statement| statement.sql.contains(&name));
        of_table.filter_map(of_row).reduce(|one, other| one + other)
    }
}

struct ViewFold<P: Projection> {
    views: Arc<dyn ViewStore>,
    generation: i64,
    /// Where it is not the whole view.
    of: Option<(StreamName, Part)>,
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
        mut self: Box<Self>,
        from: &Checkpoint,
        to: &Checkpoint,
    ) -> Result<(), CommitError> {
        let guard = generations::advance(P::NAME, self.generation, from, to);
        let mut statements = Vec::new();
        if let Some((stream, part)) = &self.of {
            P::keep(&mut self.changes, stream);
            statements.extend(part.removals(self.generation));
        }
        if !P::is_empty(&self.changes) {
            statements.extend(P::statements(self.changes, self.generation));
        }
        self.views.commit(guard, statements).await
    }
}
