//! The files that the rules look at, and how a word is found in them.

use std::fs;
use std::path::Path;

/// A file of the tree; its path is relative to the root and uses `/`.
pub(crate) struct SourceFile {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl SourceFile {
    /// Numbered lines, comments left out.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let is_comment = |line: &str| line.trim_start().starts_with("//");
        (1..)
            .zip(self.text.lines())
            .filter(move |(_, line)| !is_comment(line))
    }

    /// The same up to the unit tests, which stand last.
    pub(crate) fn code_before_unit_tests(&self) -> impl Iterator<Item = (usize, &str)> {
        let mut lines = self.text.lines();
        let tests = lines
            .clone()
            .skip(1)
            .zip(lines.by_ref())
            .position(|(next, line)| {
                line.starts_with("#[cfg(test)]") && next.starts_with("mod ") && next.ends_with('{')
            });
        self.code()
            .take_while(move |(number, _)| tests.is_none_or(|last| *number <= last))
    }

    pub(crate) fn is_test_or_tool(&self) -> bool {
        let folders = ["tests/", "testing/", "examples/", "benches/"];
        folders
            .iter()
            .any(|dir| self.path.starts_with(dir) || self.path.contains(&format!("/{dir}")))
            || self.path.ends_with("/tests.rs")
            || self.path.ends_with("build.rs")
    }

    pub(crate) fn is_generated(&self) -> bool {
        self.path.ends_with(".d.ts")
            || self
                .text
                .starts_with("/**\n * This file was auto-generated")
    }
}

/// Every file with one of these endings, except what is built or fetched.
pub(crate) fn tree(endings: &[&str]) -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for top in [
        "actors",
        "events",
        "examples",
        "projections",
        "schema",
        "src",
        "telemetry",
        "tests",
        "web",
    ] {
        collect(root, &root.join(top), endings, &mut files);
    }
    files
}

fn collect(root: &Path, folder: &Path, endings: &[&str], files: &mut Vec<SourceFile>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.filter_map(Result::ok) {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["target", "node_modules", "dist"].contains(&name.as_str()) {
                collect(root, &path, endings, files);
            }
        } else if path
            .extension()
            .is_some_and(|end| endings.iter().any(|known| end == *known))
        {
            let inside = path.strip_prefix(root).expect("the walk began at the root");
            files.push(SourceFile {
                path: inside.to_string_lossy().replace('\\', "/"),
                text: fs::read_to_string(&path).expect("source files are UTF-8"),
            });
        }
    }
}

/// Whether the line has the word, neither as a part of a longer one nor, when it is a crate's name,
/// as a module of ours (`odds::redis::`).
pub(crate) fn mentions(line: &str, word: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + word.len()..]);
        let is_crate = word.ends_with("::");
        let starts = !(before.ends_with(is_name) || is_crate && before.ends_with("::"));
        let ends = is_crate || !after.starts_with(is_name);
        starts && ends
    })
}
