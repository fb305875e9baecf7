//! Every alert has its entry in the runbook, and every entry its alert.

use std::{collections::BTreeSet, fs, path::Path};

/// What stands behind `marker` at the beginnings of lines, spaces aside.
fn marked(file: &str, marker: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = fs::read_to_string(path).expect("the file is there");
    let names = text
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix(marker));
    names.map(|name| name.trim().to_owned()).collect()
}

#[test]
fn every_alert_has_its_entry_in_the_runbook_and_its_tests() {
    let rules = "deploy/prometheus/rules/betstream.yaml";
    let alerts = marked(rules, "- alert: ");
    assert!(!alerts.is_empty());
    assert_eq!(marked("deploy/runbook.md", "### "), alerts);

    let links = marked(rules, "runbook: deploy/runbook.md#");
    let lower: BTreeSet<String> = alerts.iter().map(|alert| alert.to_lowercase()).collect();
    assert_eq!(links, lower);

    let groups = ["processes", "conversation", "log", "stream", "views"];
    let tested = |group: &&str| {
        marked(
            &format!("deploy/prometheus/tests/{group}.yaml"),
            "- alertname: ",
        )
    };
    let tested: BTreeSet<String> = groups.iter().flat_map(tested).collect();
    assert_eq!(tested, alerts);
}
