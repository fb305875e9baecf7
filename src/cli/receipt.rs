//! Receipts: one event proved to somebody who has nothing but a key.

use std::path::PathBuf;

use betstream_events::store::EventRef;
use clap::{Args, Subcommand};

use super::verbs::{Output, ServerArgs};

/// Making and checking receipts.
#[derive(Debug, Subcommand)]
pub(crate) enum ReceiptVerb {
    /// Make a receipt for one event: a small file that proves it to whoever has the public key
    ///
    /// The running server makes and signs it. With --head it is made from the log itself, under a
    /// head that was signed before.
    Make(MakeReceiptArgs),
    /// Check a receipt, with nothing but the public key, and print what it proves
    Verify(VerifyReceiptArgs),
}

/// For what to make a receipt.
#[derive(Args, Clone, Debug)]
pub(crate) struct MakeReceiptArgs {
    /// The event: its position or its id; for a bet of the stream, that of the bet
    #[arg(value_name = "EVENT")]
    pub(crate) event: EventRef,
    /// The file to write it to, instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Read the log itself, and make it under the head in this file; needs --key
    #[arg(long, value_name = "FILE", requires = "key", conflicts_with = "url")]
    pub(crate) head: Option<PathBuf>,
    /// The public key of the head, or a file that holds it
    #[arg(long, value_name = "KEY", requires = "head")]
    pub(crate) key: Option<String>,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
}

/// What to check.
#[derive(Args, Clone, Debug)]
pub(crate) struct VerifyReceiptArgs {
    /// The receipt
    pub(crate) file: PathBuf,
    /// The public key of who signed it, or a file that holds it
    #[arg(long, value_name = "KEY")]
    pub(crate) key: String,
    /// The form of the answer
    #[arg(long, default_value = "table")]
    pub(crate) output: Output,
}
