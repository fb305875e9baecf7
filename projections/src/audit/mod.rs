//! The index of the log: which events have a type, a cause, a word, so that a question about the past
//! reads the events that answer it and no others.
//!
//! It is an inverted index by segments of 4,096 positions. What the log finds by itself (a stream, a
//! bet by its id, a time) is not in it, so that a market's bet, of which there are most, adds bits to
//! rows that are there already and no row of its own.
//!
//! Reading order: [`filter`], then how events are indexed (`key`, `words`, `fold`, `segment`,
//! `sink`), then how they are found.

pub mod filter;

mod alike;
mod fold;
mod key;
mod offsets;
mod segment;
mod sink;
mod store;
mod subjects;
#[cfg(test)]
mod tests;
pub mod words;

pub mod query;

use betstream_events::store::Follow;

pub use filter::{BetName, EventFilter, SourceName, correlation_of};
pub use query::{AuditQueries, CauseNode, CauseTree, EventCounts, EventPage, EventQuery};
pub(crate) use sink::sink;

use crate::projection::{ProjectionName, View, ViewTable, view_table};

/// The projection behind audit queries.
#[derive(Clone, Copy, Debug)]
pub struct Audit;

impl View for Audit {
    const NAME: ProjectionName = ProjectionName::Audit;
    const WANT: Follow = Follow::All;
    const TABLES: &'static [ViewTable] = &[
        view_table!("audit_index", 2),
        view_table!("audit_ranges", 2),
        view_table!("audit_markets", 2),
    ];
}
