//! `betstream backup`: everything that is kept, in one file, beside a server that goes on.

use betstream_events::archive::backup::backup;

use super::file::Output;
use crate::{cli::BackupArgs, config::Settings, progress, store};

/// Runs the command.
///
/// # Errors
/// When the store does not answer, the log is damaged, or the file cannot be written.
pub(crate) async fn run(args: &BackupArgs, settings: &Settings) -> anyhow::Result<()> {
    let log = store::open_to_read(settings).await?;
    let mut output = Output::create(&args.file, true)?;
    let bar = progress::bar(0, "events");
    let end = backup::<anyhow::Error>(&*log, |header, piece| {
        bar.set_length(header.head.position.0.unsigned_abs());
        bar.inc(piece.events);
        Ok(output.write(&piece.bytes)?)
    })
    .await?;
    output.finish()?;
    bar.finish_and_clear();
    println!(
        "backed up {} events, {} dead letters and {} answers into {}",
        end.lines.events,
        end.lines.letters,
        end.lines.answers,
        args.file.display()
    );
    Ok(())
}
