//! The desk: accounts, their batches and the bets in them, as operators work with them.

mod changes;
mod fold;
mod part;
mod past;
mod query;
mod store;
#[cfg(test)]
mod tests;
pub mod view;

use betstream_events::{
    envelope::{RecordedEvent, StreamName},
    store::Follow,
};

pub use changes::DeskChanges;
pub use query::{BatchFilter, DeskQueries};
pub use view::{Account, Batch, BatchState, Bet, BetStatus};

use crate::{
    part::Part,
    projection::{Projection, ProjectionName, View, ViewTable, view_table},
    views::Statement,
};

/// The projection behind the desk.
#[derive(Clone, Copy, Debug)]
pub struct Desk;

impl View for Desk {
    const NAME: ProjectionName = ProjectionName::Desk;
    const WANT: Follow = Follow::Desk;
    const TABLES: &'static [ViewTable] = &[
        view_table!("desk_bets", 3, Version("version")),
        view_table!("desk_batches", 1, Version("version")),
        view_table!("desk_accounts", 1, Version("version")),
        view_table!("desk_account_versions", 2),
        view_table!("desk_batch_lives", 1),
    ];
}

impl Projection for Desk {
    type Changes = DeskChanges;

    fn fold(changes: &mut DeskChanges, event: &RecordedEvent) {
        fold::fold(changes, event);
    }

    fn is_empty(changes: &DeskChanges) -> bool {
        changes.is_empty()
    }

    fn statements(changes: DeskChanges, generation: i64) -> Vec<Statement> {
        store::statements(changes, generation)
    }

    fn part(stream: &StreamName) -> Option<Part> {
        part::part(stream)
    }

    fn keep(changes: &mut DeskChanges, stream: &StreamName) {
        part::keep(changes, stream);
    }
}
