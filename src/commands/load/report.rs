//! Reports, for people and for programs.

use comfy_table::{CellAlignment, Table, presets::NOTHING};
use serde::Serialize;

use super::latencies::Summary;
use crate::{cli::Output, terminal::print_json};

/// What can be reported in both forms.
pub(super) trait Report: Serialize {
    /// Its figures by name, in words.
    fn figures(&self) -> Vec<(String, String)>;
    /// Its times by name.
    fn times(&self) -> Vec<(String, Summary)>;
}

/// Prints a report.
///
/// # Errors
/// The JSON writer's.
pub(super) fn print(report: &impl Report, output: Output) -> anyhow::Result<()> {
    if output == Output::Json {
        return print_json(report);
    }
    let mut table = Table::new();
    table.load_preset(NOTHING);
    for (name, figure) in report.figures() {
        table.add_row([name, figure]);
    }
    println!("{table}\n");
    let mut table = Table::new();
    table.load_preset(NOTHING).set_header([
        "milliseconds",
        "count",
        "p50",
        "p90",
        "p99",
        "p99.9",
        "max",
    ]);
    for (name, time) in report.times() {
        let mut row = vec![name, time.count.to_string()];
        let shares = [
            time.p50_ms,
            time.p90_ms,
            time.p99_ms,
            time.p999_ms,
            time.max_ms,
        ];
        row.extend(shares.map(|ms| format!("{ms:.1}")));
        table.add_row(row);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    println!("{table}");
    Ok(())
}
