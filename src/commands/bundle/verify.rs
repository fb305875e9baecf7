//! Checking a bundle with nothing but the public key.

use std::{collections::BTreeMap, fs::File, io::Read, path::Path};

use anyhow::{Context, bail, ensure};
use betstream_events::{
    archive::line::{Line, write_event},
    proof::{LogHead, PublicKey, Receipt, SignedHead},
};

use super::manifest::{EVENTS, HEAD, MANIFEST, Manifest, receipt_name};
use crate::{cli::VerifyBundleArgs, commands::audit::read_public};

/// Runs the command.
///
/// # Errors
/// The first file of the bundle that is not what it should be, by name.
pub(super) fn run(args: &VerifyBundleArgs) -> anyhow::Result<()> {
    let shown = args.file.display();
    let key = read_public(&args.key)?;
    let (events, head) = verify(&args.file, &key).with_context(|| shown.to_string())?;
    println!("proven: the log {} holds these {events} events", head.log);
    println!(
        "  head       position {}, signed {}",
        head.position, head.at
    );
    Ok(())
}

fn verify(path: &Path, key: &PublicKey) -> anyhow::Result<(usize, LogHead)> {
    let mut files = read(path)?;
    let manifest = files.remove(MANIFEST);
    let manifest = manifest.with_context(|| format!("{MANIFEST} is missing: this is no bundle"))?;
    let manifest: Manifest = serde_json::from_slice(&manifest).context(MANIFEST)?;
    manifest.check(&files)?;
    let text = |name: &str| -> anyhow::Result<&str> {
        let content = files
            .get(name)
            .with_context(|| format!("{name} is missing"))?;
        std::str::from_utf8(content).with_context(|| name.to_owned())
    };
    let head = SignedHead::parse(text(HEAD)?).context(HEAD)?;
    let head = head.verify(key).context(HEAD)?;
    let mut events = 0;
    for line in text(EVENTS)?.lines() {
        let row = match Line::parse(line) {
            Ok(Line::Event(row)) => row,
            Ok(other) => bail!("{EVENTS}: a {} line is no event", other.kind()),
            Err(what) => bail!("{EVENTS}: line {}: {what}", events + 1),
        };
        let name = receipt_name(row.position.0);
        let receipt = Receipt::parse(text(&name)?).with_context(|| name.clone())?;
        let proven = receipt.verify(key).with_context(|| name.clone())?;
        let mut written = Vec::new();
        write_event(&proven.row, &mut written);
        ensure!(
            written.strip_suffix(b"\n") == Some(line.as_bytes()),
            "{EVENTS}: the event at position {} is not the one that {name} proves",
            row.position
        );
        ensure!(
            proven.head.log == head.log,
            "{name} is of the log {}, {HEAD} of {}",
            proven.head.log,
            head.log
        );
        events += 1;
    }
    ensure!(
        events as u64 == manifest.events,
        "{EVENTS} holds {events} events, {MANIFEST} says {}",
        manifest.events
    );
    Ok((events, head))
}

/// Every file of the bundle.
fn read(path: &Path) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let mut archive = tar::Archive::new(File::open(path).context("it cannot be read")?);
    let (mut files, mut last) = (BTreeMap::new(), "its beginning".to_owned());
    for entry in archive.entries()? {
        let cut = || format!("the bundle is cut short or no tar file, behind {last}");
        let mut entry = entry.with_context(cut)?;
        let name = entry.path()?.to_string_lossy().into_owned();
        let mut content = Vec::new();
        entry
            .read_to_end(&mut content)
            .with_context(|| format!("{name} is cut short"))?;
        ensure!(
            content.len() as u64 == entry.size(),
            "{name} is cut short: {} of {} bytes are there",
            content.len(),
            entry.size()
        );
        ensure!(
            files.insert(name.clone(), content).is_none(),
            "{name} is there twice"
        );
        last = name;
    }
    Ok(files)
}
