//! The event types, from what is recorded in the binary itself.

use betstream_projections::catalog::{EventKind, event_kinds};
use betstream_web::api_types::event_types::EventTypeInfo;
use comfy_table::{ContentArrangement, Table, presets::NOTHING};

use crate::cli::Output;

/// Prints them.
///
/// # Errors
/// When they cannot be written as JSON.
pub(super) fn show(output: Output) -> anyhow::Result<()> {
    let kinds = event_kinds();
    match output {
        Output::Json => {
            let kinds: Vec<EventTypeInfo> = kinds.into_iter().map(EventTypeInfo::from).collect();
            println!("{}", serde_json::to_string_pretty(&kinds)?);
        }
        Output::Table => println!("{}", table(&kinds)),
    }
    Ok(())
}

fn table(kinds: &[EventKind]) -> Table {
    let mut table = Table::new();
    table.load_preset(NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["TYPE", "VERSIONS", "CONSUMERS", "CURRENT SHAPE"]);
    for kind in kinds {
        let versions: Vec<String> = kind
            .versions
            .iter()
            .map(|shape| shape.version.to_string())
            .collect();
        let shape = kind.versions.last().map_or("", |shape| &shape.example);
        table.add_row([
            kind.event_type.name().to_owned(),
            versions.join(", "),
            consumers(kind),
            fields(shape),
        ]);
    }
    table
}

fn consumers(kind: &EventKind) -> String {
    let projections = kind.projections.iter().map(|name| name.word());
    let live = kind.is_live.then_some("live");
    let all: Vec<String> = std::iter::once(format!("{} actor", kind.actor))
        .chain(projections.chain(live).map(str::to_owned))
        .collect();
    all.join(", ")
}

/// The names of an example's fields.
fn fields(example: &str) -> String {
    let fields = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(example);
    let names: Vec<String> = fields
        .unwrap_or_default()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    names.join(", ")
}
