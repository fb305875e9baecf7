//! `betstream import` and `restore`: an empty log becomes the one in a file.

use std::path::Path;

use anyhow::{Context, bail};
use betstream_events::{
    archive::{line::Holds, read::Archive},
    envelope::Position,
};

use super::file;
use crate::{
    cli::{ImportArgs, RestoreArgs},
    config::Settings,
    progress, store,
};

/// Runs `import`.
///
/// # Errors
/// When the file is no export of a whole log, the store is not empty or does not answer.
pub(crate) async fn import(args: &ImportArgs, settings: &Settings) -> anyhow::Result<()> {
    take_in(&args.file, Holds::Events, settings).await
}

/// Runs `restore`.
///
/// # Errors
/// When the file is no backup, the store is not empty or does not answer.
pub(crate) async fn restore(args: &RestoreArgs, settings: &Settings) -> anyhow::Result<()> {
    take_in(&args.file, Holds::Everything, settings).await
}

async fn take_in(path: &Path, holds: Holds, settings: &Settings) -> anyhow::Result<()> {
    let file = path.display();
    let archive = Archive::open(file::open(path)?).with_context(|| file.to_string())?;
    let header = *archive.header();
    let (verb, done) = verb_of(holds);
    if header.holds != holds {
        let (other, _) = verb_of(header.holds);
        bail!("{file} is taken in by `betstream {other}`, not by `{verb}`");
    }
    let target = store::open_to_fill(&settings.database).await?;
    let bar = progress::bar(header.head.position.0.unsigned_abs(), "events");
    let taken_in = archive
        .take_in(target, verb, |events| bar.set_position(events))
        .await;
    bar.finish_and_clear();
    let taken_in = taken_in.with_context(|| file.to_string())?;
    if taken_in.went_on_from > Position::START {
        println!(
            "went on behind position {}, where an earlier {verb} had stopped",
            taken_in.went_on_from
        );
    }
    let identity = taken_in.identity;
    println!(
        "{done} {} events into {}: log {}, epoch {}, currency {}",
        taken_in.position, settings.database, identity.log, identity.epoch, identity.currency
    );
    if identity.currency != settings.currency {
        println!(
            "set BETSTREAM_CURRENCY={} before it is served",
            identity.currency
        );
    }
    Ok(())
}

const fn verb_of(holds: Holds) -> (&'static str, &'static str) {
    match holds {
        Holds::Events => ("import", "imported"),
        Holds::Everything => ("restore", "restored"),
    }
}
