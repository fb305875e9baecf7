//! `betstream state`, `difference` and `history`: the past of one stream, told by the running server.

use anyhow::Context;
use betstream_events::envelope::StreamName;
use comfy_table::{ContentArrangement, Table, presets::NOTHING};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    cli::{DifferenceArgs, HistoryArgs, Output, PlaceArgs, StateArgs},
    client::Server,
    config::Settings,
    terminal::{print_json, printable},
};

/// How many events a server lists at once.
const MOST_A_PAGE: u32 = 500;

/// A moment of a stream.
#[derive(Deserialize)]
struct Point {
    version: i64,
    position: i64,
    recorded_at: Option<String>,
    standing: String,
}

#[derive(Deserialize)]
struct Then {
    #[serde(flatten)]
    at: Point,
    last_version: i64,
    state: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
struct Difference {
    from: Point,
    to: Point,
    changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Change {
    path: String,
    before: Option<Value>,
    after: Option<Value>,
}

#[derive(Deserialize)]
struct Entry {
    position: i64,
    version: i64,
    #[serde(rename = "type")]
    event_type: String,
    recorded_at: String,
    #[serde(default)]
    metadata: Option<Origin>,
    changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Origin {
    who: String,
    how: String,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    correlation: Option<String>,
    #[serde(default)]
    causation: Option<String>,
}

/// Shows how the thing of a stream was.
///
/// # Errors
/// When the server cannot be reached, or refuses.
pub(crate) async fn state(args: &StateArgs, settings: &Settings) -> anyhow::Result<()> {
    let PlaceArgs {
        version,
        position,
        time,
    } = &args.place;
    let place = [
        ("version", version.map(|version| version.to_string())),
        ("position", position.map(|position| position.to_string())),
        ("time", time.clone()),
    ];
    let path = path(&args.stream, "state", place)?;
    let then: Value = Server::of(&args.server, settings)?.get(&path).await?;
    if args.output == Output::Json {
        return print_json(&then);
    }
    let then: Then = serde_json::from_value(then)?;
    let (stream, last) = (&args.stream, then.last_version);
    println!(
        "{} of {last}",
        printable(&format!("{stream}, {}", then.at.words()))
    );
    match then.state {
        Some(state) => show_members(&state),
        None => println!("{}", then.at.absence()),
    }
    Ok(())
}

/// Shows what changed between two moments.
///
/// # Errors
/// When the server cannot be reached, or refuses.
pub(crate) async fn difference(args: &DifferenceArgs, settings: &Settings) -> anyhow::Result<()> {
    let between = [("from", Some(args.from.clone())), ("to", args.to.clone())];
    let path = path(&args.stream, "difference", between)?;
    let difference: Value = Server::of(&args.server, settings)?.get(&path).await?;
    if args.output == Output::Json {
        return print_json(&difference);
    }
    let Difference { from, to, changes } = serde_json::from_value(difference)?;
    println!("from  {}\nto    {}", from.words(), to.words());
    if changes.is_empty() {
        println!("nothing changed");
        return Ok(());
    }
    let mut table = table(["WHERE", "BEFORE", "AFTER"].map(str::to_owned));
    for change in changes {
        table.add_row([change.place(), shown(change.before), shown(change.after)]);
    }
    println!("{table}");
    Ok(())
}

/// Lists the events of a stream.
///
/// # Errors
/// When the server cannot be reached, or refuses.
pub(crate) async fn history(args: &HistoryArgs, settings: &Settings) -> anyhow::Result<()> {
    let order = if args.oldest { "oldest" } else { "newest" };
    let query = [
        ("order", Some(order.to_owned())),
        ("limit", Some(args.limit.min(MOST_A_PAGE).to_string())),
    ];
    let path = path(&args.stream, "history", query)?;
    let server = Server::of(&args.server, settings)?;
    let entries = server.first_of(path, args.limit as usize).await?;
    if args.output == Output::Json {
        return print_json(&entries);
    }
    let entries: Vec<Entry> = serde_json::from_value(entries.into())?;
    for entry in entries {
        entry.show();
    }
    Ok(())
}

/// The path of what is asked of `stream`.
fn path<const N: usize>(
    stream: &StreamName,
    what: &str,
    query: [(&str, Option<String>); N],
) -> anyhow::Result<String> {
    let mut url = url::Url::parse("http://server/api/v1/streams")?;
    url.path_segments_mut()
        .ok()
        .context("a server has paths")?
        .extend([&stream.to_string(), what]);
    let given = query
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    url.query_pairs_mut().extend_pairs(given);
    Ok(url[url::Position::BeforePath..].to_owned())
}

impl Point {
    fn words(&self) -> String {
        let Self {
            version, position, ..
        } = self;
        let recorded = self.recorded_at.as_ref();
        let recorded = recorded.map_or_else(String::new, |at| format!(", recorded {at}"));
        format!("position {position}{recorded}, version {version}")
    }

    fn absence(&self) -> &'static str {
        match self.standing.as_str() {
            "deleted" => "it had been deleted",
            _ => "it did not exist yet",
        }
    }
}

impl Change {
    fn place(&self) -> String {
        match self.path.strip_prefix('/') {
            Some(path) => printable(path),
            None => "all of it".to_owned(),
        }
    }
}

impl Entry {
    fn show(self) {
        let Self {
            position,
            version,
            event_type,
            recorded_at,
            metadata,
            changes,
        } = self;
        let origin = metadata.map(Origin::words).unwrap_or_default();
        println!("{recorded_at}  {event_type}  version {version}, position {position}");
        println!("  {}", printable(&origin));
        for change in changes {
            let place = change.place();
            println!(
                "  {place}: {} -> {}",
                shown(change.before),
                shown(change.after)
            );
        }
    }
}

impl Origin {
    fn words(self) -> String {
        let reason = self
            .reason
            .map_or_else(String::new, |why| format!(" ({why})"));
        let mut words = format!("{} by {}{reason}", self.who, self.how);
        if let Some(correlation) = self.correlation {
            words += &format!("; belongs to {correlation}");
        }
        if let Some(causation) = self.causation {
            words += &format!("; caused by {causation}");
        }
        words
    }
}

/// The members line by line, lists of things as tables below them.
fn show_members(members: &Map<String, Value>) {
    let is_list =
        |value: &Value| matches!(value, Value::Array(items) if items.iter().all(Value::is_object));
    let width = members.keys().map(String::len).max().unwrap_or(0);
    for (name, value) in members.iter().filter(|(_, value)| !is_list(value)) {
        println!("{name:width$}  {}", shown(Some(value.clone())));
    }
    for (name, value) in members.iter().filter(|(_, value)| is_list(value)) {
        let items: Vec<&Map<String, Value>> = value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .collect();
        println!("{name} ({})", items.len());
        show_items(&items);
    }
}

fn show_items(items: &[&Map<String, Value>]) {
    let Some(first) = items.first() else {
        return;
    };
    if first.values().any(Value::is_array) {
        items.iter().for_each(|item| show_members(item));
        return;
    }
    let columns: Vec<&String> = first.keys().collect();
    let mut table = table(columns.iter().map(|name| name.to_uppercase()));
    for item in items {
        table.add_row(columns.iter().map(|name| shown(item.get(*name).cloned())));
    }
    println!("{table}");
}

fn table(header: impl IntoIterator<Item = String>) -> Table {
    let mut table = Table::new();
    table
        .load_preset(NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(header);
    table
}

fn shown(value: Option<Value>) -> String {
    match value {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::String(text)) => printable(&text),
        Some(other) => printable(&other.to_string()),
    }
}
