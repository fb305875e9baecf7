//! The verbs that ask about the past of one stream.

use betstream_events::envelope::StreamName;
use clap::Args;

use super::{Output, ServerArgs};

/// Whose past, and when.
#[derive(Args, Clone, Debug)]
pub(crate) struct StateArgs {
    /// account-7, batch-42, market-game_123 or dead-letter-17
    #[arg(value_name = "STREAM")]
    pub(crate) stream: StreamName,
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// The form of the answer
    #[arg(long, default_value = "table")]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
}

/// A moment; now without any.
#[derive(Args, Clone, Debug)]
#[group(multiple = false)]
pub(crate) struct PlaceArgs {
    /// After so many of its events; 0 is before the first
    #[arg(long)]
    pub(crate) version: Option<i64>,
    /// When the log stood at this position
    #[arg(long)]
    pub(crate) position: Option<i64>,
    /// At this time (RFC 3339, like 2026-03-14T14:34:00Z)
    #[arg(long)]
    pub(crate) time: Option<String>,
}

/// Whose past, and between which moments.
#[derive(Args, Clone, Debug)]
pub(crate) struct DifferenceArgs {
    /// account-7, batch-42, market-game_123 or dead-letter-17
    #[arg(value_name = "STREAM")]
    pub(crate) stream: StreamName,
    /// The one moment: a version (v3), a log position (120) or a time (RFC 3339)
    #[arg(long, value_name = "MOMENT")]
    pub(crate) from: String,
    /// The other moment [default: now]
    #[arg(long, value_name = "MOMENT")]
    pub(crate) to: Option<String>,
    /// The form of the answer
    #[arg(long, default_value = "table")]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
}

/// Whose history.
#[derive(Args, Clone, Debug)]
pub(crate) struct HistoryArgs {
    /// account-7, batch-42, market-game_123 or dead-letter-17
    #[arg(value_name = "STREAM")]
    pub(crate) stream: StreamName,
    /// The first event first
    #[arg(long)]
    pub(crate) oldest: bool,
    /// How many events
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: u32,
    /// The form of the answer
    #[arg(long, default_value = "table")]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
}
