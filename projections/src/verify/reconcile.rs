//! Reconciling: what a view says that the log does not, field by field, each with the last event that
//! touched it.

use std::{collections::BTreeMap, ops::ControlFlow, sync::Arc};

use betstream_events::{
    envelope::Position,
    store::{Decoder, LogReader, RowRef, StoreError},
};
use serde::Serialize;
use tokio::runtime::Handle;

use super::{Compared, Difference, compare};
use crate::{
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
    /// The last event that touched the row, up to where the view stands; none where no event did.
    pub position: Option<i64>,
}

type Key = (&'static str, Vec<Value>);

/// One row on both sides.
#[derive(Default)]
struct Sides {
    running: Option<Difference>,
    log: Option<Difference>,
}

/// Compares the view of `shared` with the log. What differs comes in the order of the events that
/// touched it last: the first one names the first event that diverges.
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
    let touched = last_touched(log, sink, rows.keys().cloned().collect(), at).await;
    let touched = touched.map_err(|error| RebuildError::of_log(error, shared.name))?;
    for (key, sides) in &rows {
        let position = touched.get(key).map(|position| position.0);
        divergences.extend(describe(&**sink, key, sides, position));
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
    }
}

fn describe(
    sink: &dyn Sink,
    (table, key): &Key,
    sides: &Sides,
    position: Option<i64>,
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
        position,
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

/// The last event up to `up_to` that changes each of `rows`. One walk along the log.
async fn last_touched(
    log: &Arc<dyn LogReader>,
    sink: &Arc<dyn Sink>,
    rows: Vec<Key>,
    up_to: Position,
) -> Result<BTreeMap<Key, Position>, StoreError> {
    let (log, sink, runtime) = (log.clone(), sink.clone(), Handle::current());
    let walk = move || {
        let (mut touched, mut decoder) = (BTreeMap::new(), Decoder::default());
        let mut visit = |row: &RowRef<'_>| {
            // What cannot be read changed nothing.
            if let Ok(event) = decoder.decode(row) {
                for key in &rows {
                    if sink.touches(&event, key.0, &key.1) {
                        touched.insert(key.clone(), row.position);
                    }
                }
            }
            ControlFlow::Continue(())
        };
        runtime.block_on(log.scan(Position::START, up_to, &mut visit))?;
        Ok(touched)
    };
    tokio::task::spawn_blocking(walk)
        .await
        .map_err(|error| StoreError::unavailable(&error))?
}
