//! Reconciling: what a view says that the log does not, field by field, each with the event from which
//! on it diverges.

use std::{collections::BTreeMap, ops::ControlFlow, sync::Arc};

use betstream_events::{
    envelope::{Position, Version},
    store::{Decoder, LogReader, RowRef, StoreError},
};
use serde::Serialize;
use tokio::runtime::Handle;

use super::{Compared, Difference, compare};
use crate::{
    projection::{RowTells, ViewTable},
    rebuild::RebuildError,
    runner::{ProjectionShared, Sink},
    views::Value,
};

/// Something in which a view is not what the log says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Divergence {
    /// The projection.
    pub projection: &'static str,
    /// Its table, `redis`, or `checkpoint`.
    pub table: &'static str,
    /// What names the row, as `column value`.
    pub key: String,
    /// The field; none when the whole row is missing or too much.
    pub field: Option<&'static str>,
    /// What the log says; none where it says nothing.
    pub expected: Option<String>,
    /// What the view says; none where it says nothing.
    pub found: Option<String>,
    /// The event from which on it diverges: the first one that the row lacks, where the row tells how
    /// many or which it has counted (one that is missing lacks its first); else the last one that
    /// touched it, up to where the view stands. None where no event did.
    pub position: Option<i64>,
    /// Whether the row lacks that event.
    pub lacks: bool,
}

type Key = (&'static str, Vec<Value>);

/// One row on both sides.
#[derive(Default)]
struct Sides {
    running: Option<Difference>,
    log: Option<Difference>,
}

/// Which of the events that touch a row is sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sought {
    /// The first that makes the sum exceed this.
    PastSum(i64),
    /// The first of a later version.
    PastVersion(i64),
    Last,
}

impl Sought {
    /// Whether such an event is one that the row lacks.
    const fn lacks(self) -> bool {
        !matches!(self, Self::Last)
    }
}

/// Compares the view of `shared` with the log. What differs comes in the order of the events from
/// which on it does: the first one names the first event that diverges.
pub(crate) async fn reconcile(
    log: &Arc<dyn LogReader>,
    shared: &ProjectionShared,
) -> Result<Vec<Divergence>, RebuildError> {
    let Compared { at, differences } = compare(log, shared).await?;
    let sink = &shared.checkpoints;
    let (mut rows, mut divergences) = (BTreeMap::<Key, Sides>::new(), Vec::new());
    for difference in differences {
        let Some(table) = sink.table(difference.table) else {
            divergences.push(whole(&difference));
            continue;
        };
        let key = difference.cells.iter().take(table.key).cloned().collect();
        let sides = rows.entry((difference.table, key)).or_default();
        if difference.running {
            sides.running = Some(difference);
        } else {
            sides.log = Some(difference);
        }
    }
    if rows.is_empty() {
        return Ok(divergences);
    }
    let seek = rows
        .iter()
        .filter_map(|(key, sides)| Some((key.clone(), sides.sought(sink.table(key.0)?))))
        .collect();
    let found = find_events(log, sink, seek, at).await;
    let found = found.map_err(|error| RebuildError::of_log(error, shared.name))?;
    for (key, sides) in &rows {
        let event = found.get(key).copied();
        divergences.extend(describe(&**sink, key, sides, event));
    }
    divergences.sort_by_key(|divergence| (divergence.position.is_none(), divergence.position));
    Ok(divergences)
}

/// What differs besides rows.
fn whole(difference: &Difference) -> Divergence {
    let said = |side: bool| (difference.running == side).then(|| difference.row.clone());
    Divergence {
        projection: difference.projection,
        table: difference.table,
        key: String::new(),
        field: None,
        expected: said(false),
        found: said(true),
        position: None,
        lacks: false,
    }
}

impl Sides {
    /// Which event tells from where on the sides differ.
    fn sought(&self, table: &ViewTable) -> Sought {
        let Some(log) = &self.log else {
            return Sought::Last;
        };
        let Some(running) = &self.running else {
            return Sought::PastVersion(0);
        };
        let cell = |side: &Difference, column| match side.cells.get(table.place_of(column)?) {
            Some(Value::Int(number)) => Some(*number),
            _ => None,
        };
        let both = |column| Some((cell(running, column)?, cell(log, column)?));
        match table.tells {
            RowTells::Sum(column) => match both(column) {
                Some((running, log)) if running < log => Sought::PastSum(running),
                _ => Sought::Last,
            },
            RowTells::Version(column) => match both(column) {
                Some((running, log)) if running < log => Sought::PastVersion(running),
                _ => Sought::Last,
            },
            RowTells::Nothing => Sought::Last,
        }
    }
}

fn describe(
    sink: &dyn Sink,
    (table, key): &Key,
    sides: &Sides,
    event: Option<(Position, Sought)>,
) -> Vec<Divergence> {
    let columns = sink.table(table).map(|table| table.columns());
    let columns = columns.unwrap_or_default();
    let named: Vec<String> = columns
        .iter()
        .zip(key)
        .map(|(column, value)| format!("{column} {value}"))
        .collect();
    let diverges = |field, expected, found| Divergence {
        projection: sink.name().word(),
        table,
        key: named.join(", "),
        field,
        expected,
        found,
        position: event.map(|(position, _)| position.0),
        lacks: event.is_some_and(|(_, sought)| sought.lacks()),
    };
    let (Some(running), Some(log)) = (&sides.running, &sides.log) else {
        let row = |side: &Option<Difference>| side.as_ref().map(|side| side.row.clone());
        return vec![diverges(None, row(&sides.log), row(&sides.running))];
    };
    let cells = columns.iter().zip(running.cells.iter().zip(&log.cells));
    cells
        .filter(|(_, (found, expected))| found != expected)
        .map(|(column, (found, expected))| {
            diverges(
                Some(*column),
                Some(expected.to_string()),
                Some(found.to_string()),
            )
        })
        .collect()
}

/// A row on the way along the log.
struct Seeking {
    sought: Sought,
    sum: i64,
    found: Option<Position>,
}

impl Seeking {
    /// An event that touches the row and adds so much to its sum.
    fn meet(&mut self, position: Position, version: Version, added: i64) {
        self.sum += added;
        let is_it = match self.sought {
            Sought::PastSum(sum) => self.sum > sum && self.found.is_none(),
            Sought::PastVersion(last) => version.0 > last && self.found.is_none(),
            Sought::Last => true,
        };
        if is_it {
            self.found = Some(position);
        }
    }
}

/// The event up to `up_to` that is sought for each row. One walk along the log.
async fn find_events(
    log: &Arc<dyn LogReader>,
    sink: &Arc<dyn Sink>,
    rows: Vec<(Key, Sought)>,
    up_to: Position,
) -> Result<BTreeMap<Key, (Position, Sought)>, StoreError> {
    let (log, sink, runtime) = (log.clone(), sink.clone(), Handle::current());
    let walk = move || {
        let begin = |(key, sought): (Key, Sought)| {
            let table = sink.table(key.0)?;
            let seeking = Seeking {
                sought,
                sum: 0,
                found: None,
            };
            Some((table, key, seeking))
        };
        let mut rows: Vec<_> = rows.into_iter().filter_map(begin).collect();
        let mut decoder = Decoder::default();
        let mut visit = |row: &RowRef<'_>| {
            // What cannot be read changed nothing.
            if let Ok(event) = decoder.decode(row) {
                for (table, key, seeking) in &mut rows {
                    if let Some(added) = sink.touch(&event, table, &key.1) {
                        seeking.meet(row.position, event.version, added);
                    }
                }
            }
            ControlFlow::Continue(())
        };
        runtime.block_on(log.scan(Position::START, up_to, &mut visit))?;
        let found = rows
            .into_iter()
            .filter_map(|(_, key, seeking)| Some((key, (seeking.found?, seeking.sought))));
        Ok(found.collect())
    };
    tokio::task::spawn_blocking(walk)
        .await
        .map_err(|error| StoreError::unavailable(&error))?
}
