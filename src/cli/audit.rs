//! Auditing: is the log whole, and is it still the one that was signed for?

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::verbs::{Output, ServerArgs};

/// What an auditor asks of the whole log.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditVerb {
    /// Check every event and block against the hash chain, beside a running server or without one
    ///
    /// Finds whatever was changed, removed, added or moved, names its position, and ends with 1.
    /// Who rewrote the end of the log and chained it anew is found by a head that was kept
    /// elsewhere: name it with --head.
    Verify(VerifyArgs),
    /// Print a signed head of the log, to be kept where the log is not
    Head(HeadArgs),
    /// Check that the log still is what kept heads say it was
    CheckHeads(CheckHeadsArgs),
    /// Manage the key that heads are signed with
    #[command(subcommand)]
    Key(KeyVerb),
}

/// What of the log to check.
#[derive(Args, Clone, Debug)]
pub(crate) struct VerifyArgs {
    /// The first position; the whole block that covers it is checked
    #[arg(long, value_name = "POSITION", value_parser = clap::value_parser!(i64).range(1..))]
    pub(crate) from: Option<i64>,
    /// The last position; the whole block that covers it is checked
    #[arg(long, value_name = "POSITION", value_parser = clap::value_parser!(i64).range(1..))]
    pub(crate) to: Option<i64>,
    /// A file of heads that were kept elsewhere; needs --key
    #[arg(long = "head", value_name = "FILE", requires = "key")]
    pub(crate) heads: Vec<PathBuf>,
    /// The public key of the heads, or a file that holds it
    #[arg(long, value_name = "KEY", requires = "heads")]
    pub(crate) key: Option<String>,
    /// The form of the answer
    #[arg(long, default_value = "table")]
    pub(crate) output: Output,
}

/// Whence a head comes.
#[derive(Args, Clone, Debug)]
pub(crate) struct HeadArgs {
    /// Read the log itself and sign with this private key, instead of asking the running server
    #[arg(long, value_name = "FILE", conflicts_with = "url")]
    pub(crate) signing_key: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
}

/// Which heads to check.
#[derive(Args, Clone, Debug)]
pub(crate) struct CheckHeadsArgs {
    /// Files of heads, one or more in each
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The public key of the heads, or a file that holds it
    #[arg(long, value_name = "KEY")]
    pub(crate) key: String,
    /// The form of the answer
    #[arg(long, default_value = "table")]
    pub(crate) output: Output,
}

/// Managing the key.
#[derive(Debug, Subcommand)]
pub(crate) enum KeyVerb {
    /// Make a private key in a new file that only its owner may read, and print the public one
    ///
    /// A server signs with it when BETSTREAM_SIGNING_KEY_FILE names the file.
    New {
        /// The file
        file: PathBuf,
    },
    /// Print the public key that belongs to a private one
    Show {
        /// The file of the private key
        file: PathBuf,
    },
}
