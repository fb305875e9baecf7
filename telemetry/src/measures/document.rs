//! The list as a document.

use std::fmt::Write;

use super::{FAMILIES, Kind, Label, Measure};

/// What stands above the tables.
const HEAD: &str = "\
# Metrics

What `GET /metrics` shows, in Prometheus' text form. This file is generated from the list in
`telemetry/src/measures` (`cargo run -p betstream-telemetry --example metrics > deploy/metrics.md`);
tests compare it with the list, and the list with what a running server shows.

Units are base units, counters end in `_total`, states are gauges of 0 and 1. No label holds an id, so
the number of series is bounded. Every series whose labels are listed is there from the start.
";

/// The document: a table for each family.
pub fn table() -> String {
    let mut text = HEAD.to_owned();
    for (title, measures) in FAMILIES {
        let _never_fails = write!(
            text,
            "\n## {title}\n\n| name | type | unit | labels | what it counts |\n|---|---|---|---|---|\n"
        );
        for measure in measures {
            let _never_fails = writeln!(text, "{}", row(*measure));
        }
    }
    text
}

fn row(measure: &dyn Measure) -> String {
    let about = measure.about();
    let labels: Vec<String> = about.labels.iter().map(label).collect();
    let labels = if labels.is_empty() {
        "–".to_owned()
    } else {
        labels.join("; ")
    };
    let (name, kind, unit, help) = (
        about.name,
        about.kind.word(),
        about.unit().word(),
        about.help,
    );
    let bounds = match about.kind {
        Kind::Histogram(bounds) => {
            format!(", bounds {} to {}", bounds[0], bounds[bounds.len() - 1])
        }
        Kind::Counter | Kind::Gauge => String::new(),
    };
    format!("| `{name}` | {kind}{bounds} | {unit} | {labels} | {help} |")
}

fn label(label: &Label) -> String {
    let listed: Vec<String> = label
        .values
        .iter()
        .map(|value| format!("`{value}`"))
        .chain(label.open.map(str::to_owned))
        .collect();
    format!("`{}`: {}", label.name, listed.join(", "))
}
