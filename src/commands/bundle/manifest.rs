//! What is in a bundle.

use std::collections::BTreeMap;

use anyhow::bail;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The form; the number is raised when a reader of the one before could not read it.
pub(super) const FORM: &str = "betstream-bundle-1";

pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const EVENTS: &str = "events.ndjson";
pub(super) const HEAD: &str = "head.txt";
pub(super) const EVENT_TYPES: &str = "event-types.json";
pub(super) const README: &str = "README.txt";
pub(super) const SUMS: &str = "SHA256SUMS";

/// Where the receipt of the event at `position` lies.
pub(super) fn receipt_name(position: i64) -> String {
    format!("receipts/{position:012}.json")
}

/// The first file of a bundle.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub(super) bundle: String,
    /// Which events were asked for.
    pub(super) filters: BTreeMap<String, String>,
    /// How many there are.
    pub(super) events: u64,
    /// Every other file.
    pub(super) files: Vec<ListedFile>,
}

/// A file of a bundle.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListedFile {
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

impl ListedFile {
    pub(super) fn of(name: &str, content: &[u8]) -> Self {
        let digest = Sha256::digest(content);
        Self {
            name: name.to_owned(),
            bytes: content.len() as u64,
            sha256: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

impl Manifest {
    /// Lists `files`.
    pub(super) fn of(
        filters: BTreeMap<String, String>,
        events: u64,
        files: &BTreeMap<String, Vec<u8>>,
    ) -> Self {
        let listed = files
            .iter()
            .map(|(name, content)| ListedFile::of(name, content));
        Self {
            bundle: FORM.to_owned(),
            filters,
            events,
            files: listed.collect(),
        }
    }

    /// What `sha256sum -c` takes.
    pub(super) fn sums(&self) -> String {
        let line = |file: &ListedFile| format!("{}  {}\n", file.sha256, file.name);
        self.files.iter().map(line).collect()
    }

    /// Compares with the files that are there.
    ///
    /// # Errors
    /// The first file that is missing, not listed or not as it was.
    pub(super) fn check(&self, files: &BTreeMap<String, Vec<u8>>) -> anyhow::Result<()> {
        if self.bundle != FORM {
            bail!("{MANIFEST}: its form is {:?}, not {FORM}", self.bundle);
        }
        for listed in &self.files {
            let Some(content) = files.get(&listed.name) else {
                bail!("{} is missing: the bundle was cut short", listed.name);
            };
            let found = ListedFile::of(&listed.name, content);
            if found != *listed {
                bail!(
                    "{} was changed: its SHA-256 is {}, {} was listed",
                    listed.name,
                    found.sha256,
                    listed.sha256
                );
            }
        }
        let unlisted = files
            .keys()
            .find(|name| self.files.iter().all(|listed| listed.name != **name));
        match unlisted {
            Some(name) => bail!("{name} is not listed in {MANIFEST}"),
            None => Ok(()),
        }
    }
}
