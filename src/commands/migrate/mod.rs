//! `betstream migrate-from`: takes over accounts, batches and bets from another system's database.
//!
//! Read the rows ([`read_sqlite`], [`read_postgres`]), plan their events ([`plan`]), compare with
//! what the log has ([`survey`]), and only when nothing stands against it, write ([`write`]).

mod identity;
mod plan;
mod read_postgres;
mod read_sqlite;
mod rows;
mod survey;
#[cfg(test)]
mod tests;
mod values;
mod write;

use anyhow::bail;
use betstream_events::store::{EventStore, url::StoreUrl};

use self::{
    plan::{Planned, Rules},
    rows::SourceRows,
};
use crate::{cli::MigrateArgs, config::Settings, progress, store};

/// How many lines of one kind are printed before the rest is only counted.
const MOST_LINES: usize = 50;

/// Runs the command.
///
/// # Errors
/// When the source cannot be read, a value cannot be taken over, an id means something else here,
/// or the store fails. Before anything is written, except for the last.
pub(crate) async fn run(args: &MigrateArgs, settings: &Settings) -> anyhow::Result<()> {
    let source: StoreUrl = args.from.parse().map_err(|_| {
        anyhow::anyhow!(
            "{:?} names no database; use sqlite://FILE or postgres://USER@HOST/NAME",
            args.from
        )
    })?;
    if source == settings.database {
        bail!("the source is this log's own database (DATABASE_URL); name the other system's");
    }
    let rows = match &source {
        StoreUrl::Sqlite(path) => read_sqlite::read(path)?,
        StoreUrl::Postgres(url) => read_postgres::read(url).await?,
    };
    let store = store::open(settings).await?;
    take_over(args, &rows, &*store, &source.to_string()).await
}

async fn take_over(
    args: &MigrateArgs,
    rows: &SourceRows,
    store: &dyn EventStore,
    source: &str,
) -> anyhow::Result<()> {
    let identity = store.identity().await?;
    let rules = Rules {
        currency: identity.currency,
        round: args.round.is_some(),
    };
    let plan = plan::plan(rows, rules);
    if !plan.faults.is_empty() {
        list("cannot be taken over", &plan.faults);
        bail!(
            "{} values of {source} cannot be taken over as {}; nothing was written. \
             Money that is only too fine can be rounded with --round half-even",
            plan.faults.len(),
            rules.currency
        );
    }
    let survey = survey::survey(store, &plan).await?;
    if !survey.conflicts.is_empty() {
        list("stand for something else", &survey.conflicts);
        bail!(
            "{} ids or names of {source} mean something else in this log; nothing was written",
            survey.conflicts.len()
        );
    }
    list(
        "changed in the source since the last run; left as they are here",
        &survey.changed,
    );
    let new: Vec<&Planned> = plan
        .planned
        .iter()
        .enumerate()
        .filter(|(at, _)| !survey.known.contains(at))
        .map(|(_, row)| row)
        .collect();
    let (known, changed) = (survey.known.len(), survey.changed.len());
    if args.dry_run {
        println!(
            "{source}: {} rows would be taken over, {known} are here already, {changed} of them changed since",
            new.len()
        );
        return Ok(());
    }
    let bar = progress::bar(new.len() as u64, "rows");
    let written = write::write(store, &new, &bar).await?;
    bar.finish_and_clear();
    list("were left out", &written.left_out);
    println!(
        "{source}: took over {} accounts, {} batches and {} bets; {known} rows were here already, {changed} of them changed since",
        written.accounts, written.batches, written.bets
    );
    if written.left_out.is_empty() {
        Ok(())
    } else {
        bail!("{} rows were left out", written.left_out.len())
    }
}

fn list(title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    eprintln!("{} {title}:", lines.len());
    for line in lines.iter().take(MOST_LINES) {
        eprintln!("  {line}");
    }
    if lines.len() > MOST_LINES {
        eprintln!("  … and {} more", lines.len() - MOST_LINES);
    }
}
