//! Gathering a bundle from a running server.

use std::{collections::BTreeMap, io};

use anyhow::{Context, bail};
use betstream_events::archive::line::Line;
use futures::{StreamExt, TryStreamExt, stream};

use super::manifest::{EVENT_TYPES, EVENTS, HEAD, MANIFEST, Manifest, README, SUMS, receipt_name};
use crate::{
    cli::MakeBundleArgs,
    client::{Server, with_query},
    commands::archive::Output,
    config::Settings,
    progress,
};

/// Receipts that are asked for at a time.
const RECEIPTS_AT_ONCE: usize = 8;

/// Runs the command.
///
/// # Errors
/// When the server refuses, there are too many events or none, or the file cannot be written.
pub(super) async fn run(args: &MakeBundleArgs, settings: &Settings) -> anyhow::Result<()> {
    let mut output = Output::create(&args.file, false)?;
    let server = Server::of(&args.server, settings)?;
    let events = events(&server, args).await?;
    let positions = positions(&events)?;
    if positions.is_empty() {
        bail!("no event is what was asked for");
    }
    let mut files = BTreeMap::from([
        (
            HEAD.to_owned(),
            server.get_text("/api/v1/proof/head").await?.into_bytes(),
        ),
        (
            EVENT_TYPES.to_owned(),
            server.get_text("/api/v1/event-types").await?.into_bytes(),
        ),
        (README.to_owned(), include_bytes!("README.txt").to_vec()),
        (EVENTS.to_owned(), events),
    ]);
    files.extend(receipts(&server, &positions).await?);
    let filters = args.wanted.params();
    let filters = filters
        .into_iter()
        .map(|(name, said)| (name.to_owned(), said));
    let mut manifest = Manifest::of(filters.collect(), positions.len() as u64, &files);
    let sums = manifest.sums().into_bytes();
    manifest
        .files
        .push(super::manifest::ListedFile::of(SUMS, &sums));
    files.insert(SUMS.to_owned(), sums);
    write(&manifest, &files, &mut output)?;
    output.finish()?;
    println!(
        "bundled {} events with their receipts into {}",
        positions.len(),
        args.file.display()
    );
    Ok(())
}

/// The lines of the events, however many are taken at most.
async fn events(server: &Server, args: &MakeBundleArgs) -> anyhow::Result<Vec<u8>> {
    let mut params = args.wanted.params();
    params.push(("format", "events".to_owned()));
    let path = with_query("/api/v1/export", params);
    let (mut lines, mut count) = (Vec::new(), 0);
    let most = args.most as usize;
    server
        .download(&path, |bytes| {
            count += bytes.iter().filter(|byte| **byte == b'\n').count();
            if count > most {
                let what = format!(
                    "there are more than {most} events: ask for fewer, or allow more with --most"
                );
                return Err(io::Error::other(what));
            }
            lines.extend_from_slice(bytes);
            Ok(())
        })
        .await?;
    Ok(lines)
}

fn positions(events: &[u8]) -> anyhow::Result<Vec<i64>> {
    let text = std::str::from_utf8(events).context("the server's events are no text")?;
    let position = |line| match Line::parse(line) {
        Ok(Line::Event(row)) => Ok(row.position.0),
        Ok(other) => bail!("the server sent a {} line among the events", other.kind()),
        Err(what) => bail!("the server sent what is no event: {what}"),
    };
    text.lines().map(position).collect()
}

async fn receipts(server: &Server, positions: &[i64]) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let bar = progress::bar(positions.len() as u64, "receipts");
    let receipt = |position: i64| {
        let bar = bar.clone();
        async move {
            let path = format!("/api/v1/events/{position}/receipt");
            let text = server.get_text(&path).await?;
            bar.inc(1);
            Ok::<_, anyhow::Error>((receipt_name(position), text.into_bytes()))
        }
    };
    let receipts = stream::iter(positions.iter().copied().map(receipt))
        .buffered(RECEIPTS_AT_ONCE)
        .try_collect()
        .await;
    bar.finish_and_clear();
    receipts
}

fn write(
    manifest: &Manifest,
    files: &BTreeMap<String, Vec<u8>>,
    output: &mut Output,
) -> anyhow::Result<()> {
    let mut tar = tar::Builder::new(output);
    let first = serde_json::to_vec_pretty(manifest)?;
    let all = std::iter::once((MANIFEST, first.as_slice())).chain(
        files
            .iter()
            .map(|(name, content)| (name.as_str(), content.as_slice())),
    );
    for (name, content) in all {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, content)?;
    }
    tar.finish()?;
    Ok(())
}
