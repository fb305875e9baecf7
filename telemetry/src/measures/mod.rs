//! Every measure of the process, by family, and nothing that is not measured.
//!
//! `deploy/metrics.md` is this list as a table ([`document::table`]); `/metrics` shows it, all of it,
//! from the start ([`register`]).

pub mod document;
pub mod registry;

mod labels;
mod listing;
#[cfg(test)]
mod tests;

pub mod actors;
pub mod http;
pub mod ingest;
pub mod journal;
pub mod live;
pub mod process;
pub mod projections;
pub mod stores;

pub use labels::Label;
pub use metrics::{Counter, Gauge, Histogram};
pub use registry::{About, Kind, Measure, Presence, Unit};
pub use stores::PoolLevels;

/// One family: its heading and its measures.
pub type Family = (&'static str, &'static [&'static dyn Measure]);

/// Every family, in the order in which they are told.
pub const FAMILIES: [Family; 8] = [
    ("HTTP", http::ALL),
    ("Log and journal", journal::ALL),
    ("Actors", actors::ALL),
    ("Bets and ingest", ingest::ALL),
    ("Projections", projections::ALL),
    ("Live clients", live::ALL),
    ("Stores and servers", stores::ALL),
    ("Process", process::ALL),
];

/// Every measure.
pub fn all() -> impl Iterator<Item = &'static dyn Measure> {
    FAMILIES
        .into_iter()
        .flat_map(|(_, measures)| measures.iter().copied())
}

/// Describes every measure to the recorder and gives each its series, so that they show, with zero,
/// before anything happens. To be called once a recorder is installed: what was touched before
/// counts for nobody.
pub fn register() {
    for measure in all() {
        measure.register();
    }
}
