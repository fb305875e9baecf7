//! Events on standard output, for people and for programs.

use std::collections::BTreeMap;

use comfy_table::{ContentArrangement, Table, presets::NOTHING};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    cli::Output,
    terminal::{clipped, print_json, printable},
};

/// Longest payload in a table, in characters.
const DATA_CHARS: usize = 100;

/// An event of the server.
#[derive(Deserialize)]
struct Event {
    position: i64,
    stream: String,
    version: i64,
    event_id: String,
    r#type: String,
    schema_version: i32,
    data: Value,
    metadata: Value,
    correlation: String,
    occurred_at: String,
    recorded_at: String,
}

#[derive(Deserialize)]
struct Counts {
    total: u64,
    by_type: BTreeMap<String, u64>,
    #[serde(default)]
    only_up_to: Option<i64>,
}

#[derive(Deserialize)]
struct Tree {
    correlation: String,
    is_cut: bool,
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    depth: usize,
    #[serde(default)]
    causation: Option<String>,
    #[serde(default)]
    caused_by: Option<i64>,
    event: Event,
}

impl Event {
    fn said(&self, name: &str) -> &str {
        self.metadata[name].as_str().unwrap_or_default()
    }
}

/// Shows a list.
///
/// # Errors
/// When the server's answer is not understood.
pub(super) fn events(events: Vec<Value>, output: Output) -> anyhow::Result<()> {
    if output == Output::Json {
        return print_json(&events);
    }
    let events: Vec<Event> = serde_json::from_value(events.into())?;
    if events.is_empty() {
        println!("no events");
        return Ok(());
    }
    let mut table = table(["POSITION", "RECORDED", "STREAM", "TYPE", "WHO", "DATA"]);
    for event in events {
        table.add_row([
            event.position.to_string(),
            event.recorded_at.clone(),
            format!("{}@{}", printable(&event.stream), event.version),
            event.r#type.clone(),
            printable(event.said("who")),
            clipped(&event.data.to_string(), DATA_CHARS),
        ]);
    }
    println!("{table}");
    Ok(())
}

/// Shows how many there are.
///
/// # Errors
/// When the server's answer is not understood.
pub(super) fn counts(counts: Value, output: Output) -> anyhow::Result<()> {
    if output == Output::Json {
        return print_json(&counts);
    }
    let counts: Counts = serde_json::from_value(counts)?;
    let mut table = table(["TYPE", "EVENTS"]);
    for (event_type, count) in counts.by_type {
        table.add_row([event_type, count.to_string()]);
    }
    table.add_row(["all".to_owned(), counts.total.to_string()]);
    println!("{table}");
    if let Some(position) = counts.only_up_to {
        eprintln!("betstream: counted up to position {position}; --from counts on");
    }
    Ok(())
}

/// Shows one event with everything that is stored of it.
///
/// # Errors
/// When the server's answer is not understood.
pub(super) fn event(event: Value, output: Output) -> anyhow::Result<()> {
    if output == Output::Json {
        return print_json(&event);
    }
    let event: Event = serde_json::from_value(event)?;
    println!("position     {}", event.position);
    println!("event id     {}", event.event_id);
    println!(
        "stream       {} version {}",
        printable(&event.stream),
        event.version
    );
    println!(
        "type         {} version {}",
        event.r#type, event.schema_version
    );
    println!("recorded     {}", event.recorded_at);
    println!("occurred     {}", event.occurred_at);
    println!("correlation  {}", printable(&event.correlation));
    println!("metadata     {}", pretty(&event.metadata)?);
    println!("data         {}", pretty(&event.data)?);
    Ok(())
}

/// Shows a tree, each event below what caused it.
///
/// # Errors
/// When the server's answer is not understood.
pub(super) fn tree(tree: Value, output: Output) -> anyhow::Result<()> {
    if output == Output::Json {
        return print_json(&tree);
    }
    let tree: Tree = serde_json::from_value(tree)?;
    println!("correlation {}", printable(&tree.correlation));
    for Node {
        depth,
        causation,
        caused_by,
        event,
    } in tree.nodes
    {
        let cause = match (caused_by, causation) {
            (None, Some(cause)) => format!("  ← {}", printable(&cause)),
            _ => String::new(),
        };
        let reason = match event.said("reason") {
            "" => String::new(),
            reason => format!(" ({})", printable(reason)),
        };
        println!(
            "{:indent$}{} {} {}@{}  {}{reason}{cause}",
            "",
            event.position,
            event.r#type,
            printable(&event.stream),
            event.version,
            printable(event.said("who")),
            indent = 2 * (depth + 1),
        );
    }
    if tree.is_cut {
        eprintln!("betstream: there are more; `events list --correlation` shows them all");
    }
    Ok(())
}

fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table
        .load_preset(NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(header);
    table
}

fn pretty(value: &Value) -> anyhow::Result<String> {
    Ok(printable(&serde_json::to_string_pretty(value)?))
}
