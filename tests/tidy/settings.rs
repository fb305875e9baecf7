//! Settings are spelled the same wherever they are named: the table of the binary, the README and what
//! deploys it.

use std::{collections::BTreeSet, fs, path::Path};

/// Variables of what stands around the binary: nginx, compose, scripts and checks.
const AROUND: [&str; 10] = [
    "BETSTREAM_UPSTREAMS",
    "BETSTREAM_HTTP_PORT",
    "BETSTREAM_HTTPS_PORT",
    "BETSTREAM_TLS_DIR",
    "BETSTREAM_VERSION",
    "BETSTREAM_REVISION",
    "BETSTREAM_CRD_MODELS",
    "BETSTREAM_NATS_SERVER",
    "BETSTREAM_TOKEN",
    "BETSTREAM_CONFIG",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The variables in the binary's own table.
fn variables() -> BTreeSet<String> {
    let table = fs::read_to_string(root().join("src/config/table.rs")).expect("the table");
    let rows = table
        .lines()
        .filter_map(|line| line.trim().strip_prefix("variable: \""));
    rows.filter_map(|row| Some(row.split_once('"')?.0.to_owned()))
        .collect()
}

/// Every word of the text that is a variable of ours.
fn named(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|char: char| !char.is_ascii_alphanumeric() && char != '_');
    words.filter(|word| word.starts_with("BETSTREAM_") && !word.ends_with('_'))
}

#[test]
fn a_deployment_names_no_setting_that_does_not_exist() {
    let known = variables();
    let mut problems = Vec::new();
    let mut folders = vec![root().join("deploy")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)
            .expect("a folder")
            .filter_map(Result::ok)
        {
            let path = entry.path();
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(path);
                continue;
            }
            let Ok(text) = fs::read_to_string(&path) else {
                continue;
            };
            for word in named(&text) {
                let of_a_file = word
                    .strip_suffix("_FILE")
                    .is_some_and(|name| known.contains(name));
                if !known.contains(word) && !of_a_file && !AROUND.contains(&word) {
                    problems.push(format!("{}: {word} is no setting", path.display()));
                }
            }
        }
    }
    super::none(&problems);
}

#[test]
fn the_readme_tells_of_every_setting() {
    let readme = fs::read_to_string(root().join("README.md")).expect("the README");
    let told = readme.replace("`…_", "`BETSTREAM_");
    let missing = variables()
        .into_iter()
        .filter(|name| !told.contains(&format!("`{name}`")));
    let problems: Vec<_> = missing
        .map(|name| format!("README.md: {name} is missing"))
        .collect();
    super::none(&problems);
}
