//! The line of an event: the columns of its row.

use std::{borrow::Cow, io::Write, sync::Arc};

use serde::{Deserialize, de::IgnoredAny};
use serde_json::value::RawValue;

use crate::{
    clock::Timestamp,
    envelope::{EventRow, Position, Version},
    event::EventType,
    ids::EventId,
};

/// Writes the columns of `row`, byte for byte.
pub fn write_event(row: &EventRow, out: &mut Vec<u8>) {
    // A vector takes everything, so nothing here can fail.
    let _written = write!(out, "{{\"position\":{},\"stream\":", row.position);
    write_text(&row.stream, out);
    let _written = write!(
        out,
        ",\"version\":{},\"event_id\":\"{}\",\"type\":",
        row.version, row.event_id
    );
    write_text(&row.event_type, out);
    let _written = write!(out, ",\"schema_version\":{}", row.schema_version);
    write_json("data", &row.data, out);
    write_json("metadata", &row.metadata, out);
    let (occurred, recorded) = (row.occurred_at, row.recorded_at);
    let _written = writeln!(
        out,
        ",\"occurred_at\":\"{occurred}\",\"recorded_at\":\"{recorded}\"}}"
    );
}

/// A column that holds JSON: as it stands where a line can hold it, otherwise as a string.
fn write_json(column: &str, text: &str, out: &mut Vec<u8>) {
    let fits = !text.contains(['\n', '\r'])
        && text.trim_matches(' ').len() == text.len()
        && serde_json::from_str::<IgnoredAny>(text).is_ok();
    if fits {
        let _written = write!(out, ",\"{column}\":{text}");
    } else {
        let _written = write!(out, ",\"{column}_text\":");
        write_text(text, out);
    }
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    let _written = serde_json::to_writer(out, text);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Columns<'a> {
    position: Position,
    #[serde(borrow)]
    stream: Cow<'a, str>,
    version: Version,
    event_id: EventId,
    #[serde(rename = "type", borrow)]
    event_type: Cow<'a, str>,
    schema_version: i32,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    data_text: Option<String>,
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
    metadata_text: Option<String>,
    occurred_at: Timestamp,
    recorded_at: Timestamp,
}

pub(super) fn parse(line: &str) -> Result<EventRow, String> {
    let columns: Columns<'_> = super::read(line)?;
    let metadata = one_of("metadata", columns.metadata, columns.metadata_text)?;
    let event_type = match EventType::from_name(&columns.event_type) {
        Some(known) => known.name().into(),
        None => columns.event_type.into_owned().into(),
    };
    Ok(EventRow {
        position: columns.position,
        stream: columns.stream.into_owned(),
        version: columns.version,
        event_id: columns.event_id,
        event_type,
        schema_version: columns.schema_version,
        data: one_of("data", columns.data, columns.data_text)?,
        metadata: Arc::from(metadata),
        occurred_at: columns.occurred_at,
        recorded_at: columns.recorded_at,
    })
}

fn one_of(column: &str, raw: Option<&RawValue>, text: Option<String>) -> Result<String, String> {
    match (raw, text) {
        (Some(raw), None) => Ok(raw.get().to_owned()),
        (None, Some(text)) => Ok(text),
        (None, None) => Err(format!("{column} is missing")),
        (Some(_), Some(_)) => Err(format!("there is {column} and {column}_text, one is due")),
    }
}
