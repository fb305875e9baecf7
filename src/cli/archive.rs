//! Logs going out of a database and coming in: export, import, backup, restore.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{ServerArgs, WantedEvents};

/// What to export, and how.
#[derive(Args, Clone, Debug)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    pub(crate) wanted: WantedEvents,
    /// The form of the events
    #[arg(long, value_name = "FORM", default_value = "ndjson")]
    pub(crate) format: ExportFormat,
    /// The file to write, which must not exist yet; compressed when its name ends in .zst
    /// [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
}

/// The form of exported events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// One JSON object a line, with the blocks of the chain; `import` takes it
    Ndjson,
    /// A table for a spreadsheet
    Csv,
}

/// What to take in.
#[derive(Args, Clone, Debug)]
pub(crate) struct ImportArgs {
    /// A file that `export` wrote, compressed or not; - reads standard input
    pub(crate) file: PathBuf,
}

/// Where to keep a backup.
#[derive(Args, Clone, Debug)]
pub(crate) struct BackupArgs {
    /// The file to write, which must not exist yet
    pub(crate) file: PathBuf,
}

/// What to restore.
#[derive(Args, Clone, Debug)]
pub(crate) struct RestoreArgs {
    /// A file that `backup` wrote; - reads standard input
    pub(crate) file: PathBuf,
}
