//! `betstream audit`: is the log whole, and is it still the one that was signed for?

mod heads;
mod key;
mod verify;

use std::process::ExitCode;

pub(crate) use heads::read_head;
pub(crate) use key::{read_public, read_signing};

use crate::{
    cli::{AuditVerb, KeyVerb},
    config::Settings,
};

/// Runs the command: a failure when the log is not what it should be.
///
/// # Errors
/// When the log, a file or the server cannot be read.
pub(crate) async fn run(verb: &AuditVerb, settings: &Settings) -> anyhow::Result<ExitCode> {
    match verb {
        AuditVerb::Verify(args) => return verify::run(args, settings).await,
        AuditVerb::CheckHeads(args) => return heads::check(args, settings).await,
        AuditVerb::Head(args) => heads::print(args, settings).await?,
        AuditVerb::Key(KeyVerb::New { file }) => key::new(file)?,
        AuditVerb::Key(KeyVerb::Show { file }) => key::show(file)?,
    }
    Ok(ExitCode::SUCCESS)
}
