//! `betstream bundle`: events for an auditor, with everything that proves them, in one file.
//!
//! A tar of plain files: the events, a receipt for each, a signed head, the event types, and a
//! manifest with the SHA-256 of all of them. [`make`] gathers them from a running server, [`verify`]
//! needs nothing but the file and the public key.

mod make;
mod manifest;
mod verify;

use crate::{cli::BundleVerb, config::Settings};

/// Runs the command.
///
/// # Errors
/// When the server refuses, the file cannot be written, or what it holds is not proved.
pub(crate) async fn run(verb: &BundleVerb, settings: &Settings) -> anyhow::Result<()> {
    match verb {
        BundleVerb::Make(args) => make::run(args, settings).await,
        BundleVerb::Verify(args) => verify::run(args),
    }
}
