//! `betstream reset`: an empty log under a new epoch, and views of it.

use anyhow::bail;
use betstream_events::tail::LogTail;
use betstream_projections::{Projections, RebuildTarget};

use super::rebuild::rebuild;
use crate::{cli::ResetArgs, config::Settings, store, views};

/// Runs the command.
///
/// # Errors
/// Without `--yes`, or when a database does not answer.
pub(crate) async fn run(args: &ResetArgs, settings: &Settings) -> anyhow::Result<()> {
    if args.yes
        && store::open_to_fill(&settings.database)
            .await?
            .abandon()
            .await?
    {
        println!("{} was half filled, and is empty", settings.database);
    }
    let store = store::open(settings).await?;
    let head = store.head().await?;
    if !args.yes {
        bail!(
            "this would delete all {} events of {} and everything that was made of them; say --yes to do it",
            head.position,
            settings.database
        );
    }
    let identity = store.reset().await?;
    let deps = views::deps(settings, store, LogTail::default(), identity.currency);
    rebuild(&Projections::open(deps).await?, RebuildTarget::All).await?;
    println!(
        "{} is empty: {} events were deleted, its epoch is {} now",
        settings.database, head.position, identity.epoch
    );
    Ok(())
}
