//! Every version of every event that was ever written, read for ever.
//!
//! `schema/recorded/<type>.v<version>[.<variant>].json` holds the columns of one row as they were
//! stored, and `….snap` beside it what it decodes to. A file that is in a release never changes.
#![allow(clippy::unwrap_used, reason = "a test says by panicking what is wrong")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use betstream_events::{
    chain::event_digest,
    clock::Timestamp,
    envelope::{EventRow, Position, Version},
    event::EventType,
    ids::EventId,
    metadata::Metadata,
    wire::{self, upcast},
};
use serde::Deserialize;
use serde_json::value::RawValue;

/// One row, with the digest that the chain keeps of it.
#[derive(Deserialize)]
struct Example {
    position: Position,
    stream: String,
    version: Version,
    event_id: EventId,
    #[serde(rename = "type")]
    event_type: String,
    schema_version: i32,
    data: Box<RawValue>,
    metadata: Box<RawValue>,
    occurred_at: Timestamp,
    recorded_at: Timestamp,
    digest: String,
}

impl Example {
    fn row(&self) -> EventRow {
        EventRow {
            position: self.position,
            stream: self.stream.clone(),
            version: self.version,
            event_id: self.event_id,
            event_type: self.event_type.clone().into(),
            schema_version: self.schema_version,
            data: self.data.get().to_owned(),
            metadata: Arc::from(self.metadata.get()),
            occurred_at: self.occurred_at,
            recorded_at: self.recorded_at,
        }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema/recorded")
}

/// The examples by the stem of their file name.
fn examples() -> BTreeMap<String, Example> {
    let files = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let json = files.filter(|path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    });
    json.map(|path| {
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let example = serde_json::from_str(&fs::read_to_string(&path).unwrap());
        (
            stem.clone(),
            example.unwrap_or_else(|error| panic!("{stem}: {error}")),
        )
    })
    .collect()
}

#[test]
fn every_version_of_every_type_has_an_example() {
    upcast::check_chain().unwrap();
    let examples = examples();
    for event_type in EventType::ALL {
        for version in 1..=upcast::current_version(*event_type) {
            let name = format!("{}.v{version}", event_type.name());
            assert!(
                examples.contains_key(&name),
                "schema/recorded/{name}.json is missing"
            );
        }
    }
}

#[test]
fn a_file_is_named_after_what_it_holds() {
    for (stem, example) in examples() {
        let name = format!("{}.v{}", example.event_type, example.schema_version);
        let variant = stem
            .strip_prefix(&name)
            .unwrap_or_else(|| panic!("{stem} holds {name}"));
        assert!(
            variant.is_empty() || variant.starts_with('.'),
            "{stem} holds {name}"
        );
    }
}

#[test]
fn every_example_is_read_as_it_was_meant() {
    for (stem, example) in examples() {
        let recorded = example
            .row()
            .decode()
            .unwrap_or_else(|error| panic!("{stem}: {error}"));
        serde_json::from_str::<Metadata>(&recorded.metadata)
            .unwrap_or_else(|error| panic!("{stem}: {error}"));
        insta::with_settings!({
            snapshot_path => folder(),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(stem, format!("{:#?}", recorded.event));
        });
    }
}

#[test]
fn what_is_current_is_written_as_it_was_read() {
    for (stem, example) in examples() {
        let event = example.row().decode().unwrap().event;
        let event_type = event.event_type();
        assert_eq!(event_type.name(), example.event_type);
        if example.schema_version == upcast::current_version(event_type) {
            assert_eq!(wire::encode(&event), example.data.get(), "{stem}");
        }
    }
}

#[test]
fn every_example_has_the_digest_that_was_sealed() {
    for (stem, example) in examples() {
        let digest = event_digest(&example.row());
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, example.digest, "{stem}");
    }
}
