//! Bundles: events with what proves them, for an auditor.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{ServerArgs, WantedEvents};

/// Making and checking bundles.
#[derive(Debug, Subcommand)]
pub(crate) enum BundleVerb {
    /// Put events, a receipt for each, a signed head and the event types into one tar file
    Make(Box<MakeBundleArgs>),
    /// Check a bundle, with nothing but the public key
    Verify(VerifyBundleArgs),
}

/// What to bundle.
#[derive(Args, Clone, Debug)]
pub(crate) struct MakeBundleArgs {
    /// The file to write, which must not exist yet
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) wanted: WantedEvents,
    /// At most so many events
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) most: u32,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
}

/// What to check.
#[derive(Args, Clone, Debug)]
pub(crate) struct VerifyBundleArgs {
    /// The bundle
    pub(crate) file: PathBuf,
    /// The public key of who signed it, or a file that holds it
    #[arg(long, value_name = "KEY")]
    pub(crate) key: String,
}
