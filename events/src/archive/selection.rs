//! A selection of events: their lines alone, or the same columns as CSV.

use csv::{Terminator, WriterBuilder};

use super::line::write_event;
use crate::envelope::EventRow;

/// How a selection is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    Ndjson,
    /// Comma-separated values as in RFC 4180, with a line of column names. No field begins with a
    /// character that a spreadsheet would take for a formula: those that are text begin with the
    /// name of a kind or with a brace.
    Csv,
}

const COLUMNS: [&str; 10] = [
    "position",
    "stream",
    "version",
    "event_id",
    "type",
    "schema_version",
    "data",
    "metadata",
    "occurred_at",
    "recorded_at",
];

impl Format {
    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8; header=present",
        }
    }

    /// The end of a file's name.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
        }
    }

    /// What stands before the first event.
    pub fn head(self) -> Vec<u8> {
        match self {
            Self::Ndjson => Vec::new(),
            Self::Csv => records([COLUMNS]),
        }
    }

    /// `rows`, in their order.
    pub fn rows(self, rows: &[EventRow]) -> Vec<u8> {
        match self {
            Self::Ndjson => {
                let mut out = Vec::new();
                rows.iter().for_each(|row| write_event(row, &mut out));
                out
            }
            Self::Csv => records(rows.iter().map(fields)),
        }
    }
}

fn fields(row: &EventRow) -> [String; 10] {
    [
        row.position.to_string(),
        row.stream.clone(),
        row.version.to_string(),
        row.event_id.to_string(),
        row.event_type.to_string(),
        row.schema_version.to_string(),
        row.data.clone(),
        row.metadata.to_string(),
        row.occurred_at.to_string(),
        row.recorded_at.to_string(),
    ]
}

fn records<R: IntoIterator<Item = F>, F: AsRef<[u8]>>(
    rows: impl IntoIterator<Item = R>,
) -> Vec<u8> {
    let mut builder = WriterBuilder::new();
    let mut writer = builder.terminator(Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        // A vector takes everything, and every record has as many fields as the first.
        let _written = writer.write_record(row);
    }
    writer.into_inner().unwrap_or_default()
}
