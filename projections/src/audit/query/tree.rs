//! What one cause led to.

use std::collections::HashMap;

use betstream_events::{
    envelope::{EventRow, Position},
    ids::EventId,
    metadata::Metadata,
    store::Order,
};
use uuid::Uuid;

use super::{super::filter::EventFilter, AuditQueries, page::EventQuery};
use crate::answer::{Answer, QueryError};

/// A tree has so many events at most.
pub const MOST_NODES: usize = 1_000;

/// The events of one correlation, each behind what caused it.
#[derive(Clone, Debug)]
pub struct CauseTree {
    /// What they are correlated under.
    pub correlation: String,
    /// From the root down, each event followed by what it led to.
    pub nodes: Vec<CauseNode>,
    /// Whether there are more events than a tree has.
    pub is_cut: bool,
}

/// One event of a tree.
#[derive(Clone, Debug)]
pub struct CauseNode {
    /// How many events of the tree lie between it and its beginning.
    pub depth: usize,
    /// What caused it, in the words of the log: an event of this tree, or a request.
    pub causation: Option<String>,
    /// The event of the tree that caused it.
    pub caused_by: Option<Position>,
    /// The event.
    pub row: EventRow,
}

impl AuditQueries {
    /// Everything that happened under `correlation`.
    ///
    /// # Errors
    /// [`QueryError`] when a database does not answer.
    pub async fn tree(&self, correlation: &str) -> Result<Answer<CauseTree>, QueryError> {
        let of = |filter| EventQuery {
            filter,
            order: Order::OldestFirst,
            behind: None,
            limit: MOST_NODES,
        };
        let correlated = EventFilter {
            correlation: Some(correlation.to_owned()),
            ..EventFilter::default()
        };
        let found = self.find(&of(correlated)).await?;
        Ok(found.map(|page| CauseTree {
            correlation: correlation.to_owned(),
            is_cut: page.next.is_some(),
            nodes: arranged(page.rows),
        }))
    }
}

/// `rows`, each behind what caused it; roots and siblings in the order of the log.
fn arranged(rows: Vec<EventRow>) -> Vec<CauseNode> {
    let at: HashMap<EventId, usize> = rows
        .iter()
        .enumerate()
        .map(|(at, row)| (row.event_id, at))
        .collect();
    let causations: Vec<Option<String>> = rows
        .iter()
        .map(|row| {
            serde_json::from_str::<Metadata>(&row.metadata)
                .ok()?
                .causation
        })
        .collect();
    // What caused an event was recorded before it: a tree, whatever the texts say.
    let parents: Vec<Option<usize>> = causations
        .iter()
        .enumerate()
        .map(|(child, cause)| {
            let id = event_id_in(cause.as_deref()?)?;
            at.get(&id).copied().filter(|parent| *parent < child)
        })
        .collect();
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); rows.len()];
    let mut waiting = Vec::new();
    for (child, parent) in parents.iter().enumerate().rev() {
        match parent {
            Some(parent) => children[*parent].push(child),
            None => waiting.push((child, 0)),
        }
    }
    let mut rows: Vec<Option<EventRow>> = rows.into_iter().map(Some).collect();
    let positions: Vec<Position> = rows.iter().flatten().map(|row| row.position).collect();
    let mut nodes = Vec::with_capacity(rows.len());
    while let Some((next, depth)) = waiting.pop() {
        waiting.extend(children[next].iter().map(|child| (*child, depth + 1)));
        nodes.extend(rows[next].take().map(|row| CauseNode {
            depth,
            causation: causations[next].clone(),
            caused_by: parents[next].map(|parent| positions[parent]),
            row,
        }));
    }
    nodes
}

/// The event that a causation names: `0195…` or `event 0195…`.
fn event_id_in(causation: &str) -> Option<EventId> {
    let id = causation.rsplit(' ').next()?;
    Uuid::try_parse(id).ok().map(EventId::new)
}
