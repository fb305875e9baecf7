//! Statistics: totals, bets and money by second, refusals by cause, and the figures of processes.

mod figures;
mod fold;
mod query;
mod store;
#[cfg(test)]
mod tests;
pub mod view;

use betstream_events::{envelope::RecordedEvent, store::Follow};

pub use figures::{FigureSums, MergedFigures};
pub use fold::StatsChanges;
pub use query::StatsQueries;
pub use view::{
    FailureGroup, FailureKind, ProcessFigures, ProcessInfo, SecondFigures, StatsFigures,
    StatsSeries, StatsTotals, TableStats,
};

use crate::{
    projection::{Projection, ProjectionName, View, ViewTable, view_table},
    views::Statement,
};

/// The projection behind the statistics.
#[derive(Clone, Copy, Debug)]
pub struct Stats;

impl View for Stats {
    const NAME: ProjectionName = ProjectionName::Stats;
    const WANT: Follow = Follow::All;
    const TABLES: &'static [ViewTable] = &[
        view_table!("stats_seconds", 1, Sum("bets")),
        view_table!("stats_refusals", 1, Sum("refusals")),
        view_table!("stats_totals", 0, Sum("bets")),
    ];
}

impl Projection for Stats {
    type Changes = StatsChanges;

    fn fold(changes: &mut StatsChanges, event: &RecordedEvent) {
        fold::fold(changes, event);
    }

    fn is_empty(changes: &StatsChanges) -> bool {
        changes.is_empty()
    }

    fn statements(changes: StatsChanges, generation: i64) -> Vec<Statement> {
        store::statements(changes, generation)
    }
}
