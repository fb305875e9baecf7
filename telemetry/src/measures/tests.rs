use std::collections::BTreeSet;

use super::{Kind, Unit, all, document};

#[test]
fn names_follow_the_convention() {
    let mut seen = BTreeSet::new();
    for about in all().map(|measure| measure.about()) {
        let name = about.name;
        assert!(seen.insert(name), "{name} stands there twice");
        let is_plain = |char: char| char.is_ascii_lowercase() || char == '_';
        assert!(name.chars().all(is_plain), "{name}");
        let ours = name.starts_with("betstream_") || name.starts_with("process_");
        assert!(ours, "{name} says not whose it is");
        let counts = name.ends_with("_total");
        assert_eq!(counts, about.kind == Kind::Counter, "{name}: _total");
        for suffix in ["_count", "_sum", "_bucket", "_milliseconds", "_ms", "_mb"] {
            assert!(!name.ends_with(suffix), "{name} ends in {suffix}");
        }
        if let Kind::Histogram(bounds) = about.kind {
            assert!(bounds.is_sorted(), "{name}");
            let things = about.unit() == Unit::Count;
            assert!(!things || name.ends_with('s'), "{name} counts no things");
        }
        assert!(about.help.ends_with('.'), "{name}: {:?}", about.help);
    }
}

#[test]
fn labels_hold_no_ids_and_few_values() {
    for about in all().map(|measure| measure.about()) {
        let series: usize = about
            .labels
            .iter()
            .map(|label| label.values.len())
            .product();
        assert!(series <= 64, "{} has {series} series", about.name);
        for label in about.labels {
            assert!(
                !label.name.ends_with("id"),
                "{}: {}",
                about.name,
                label.name
            );
            let values: BTreeSet<_> = label.values.iter().collect();
            assert_eq!(values.len(), label.values.len(), "{}", label.name);
        }
    }
}

#[test]
fn the_document_is_the_list() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/metrics.md");
    let written = std::fs::read_to_string(path).unwrap();
    assert!(
        written == document::table(),
        "deploy/metrics.md is not the list: cargo run -p betstream-telemetry --example metrics > deploy/metrics.md"
    );
}
