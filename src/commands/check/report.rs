//! What was found, for people and for programs.

use comfy_table::{CellAlignment, Table, presets::NOTHING};
use serde::Serialize;

use super::finding::Finding;
use crate::cli::Output;

#[derive(Serialize)]
struct Report<'a> {
    holds: bool,
    findings: &'a [Finding],
}

/// Prints `findings` to standard output, what breaks them below.
///
/// # Errors
/// When they cannot be written as JSON.
pub(super) fn print(findings: &[Finding], output: Output) -> serde_json::Result<()> {
    let holds = findings.iter().all(Finding::holds);
    match output {
        Output::Json => println!(
            "{}",
            serde_json::to_string_pretty(&Report { holds, findings })?
        ),
        Output::Table => table(findings),
    }
    Ok(())
}

fn table(findings: &[Finding]) {
    let mut table = Table::new();
    table
        .load_preset(NOTHING)
        .set_header(["INVARIANT", "N", "", "RESULT"]);
    for finding in findings {
        let result = if finding.holds() {
            "holds".to_owned()
        } else {
            format!("BROKEN {} times", finding.broken)
        };
        table.add_row([
            finding.invariant.to_owned(),
            finding.n.to_string(),
            finding.unit.to_owned(),
            result,
        ]);
    }
    if let Some(numbers) = table.column_mut(1) {
        numbers.set_cell_alignment(CellAlignment::Right);
    }
    println!("{table}");
    for finding in findings.iter().filter(|finding| !finding.holds()) {
        println!("\n{}:", finding.invariant);
        for fault in &finding.faults {
            println!("  {fault}");
        }
        let more = finding.broken - finding.faults.len() as u64;
        if more > 0 {
            println!("  … and {more} more");
        }
    }
}
