//! `betstream check`: every invariant that can be seen on a store, each with the number of things
//! it was checked on.
//!
//! One walk over the log, block by block ([`walk`]), feeds everything that is a fold of it; then
//! the views are built once more and compared ([`answers`]).

mod answers;
mod claims;
mod finding;
mod order;
mod outcomes;
mod report;
mod totals;
mod transitions;
mod walk;

use std::{process::ExitCode, sync::Arc};

use betstream_events::{
    store::{EventStore, StoreError},
    tail::LogTail,
};
use betstream_projections::Projections;

use self::{finding::Finding, totals::Totals, walk::Walk};
use crate::{cli::CheckArgs, config::Settings, progress, store, views};

/// How often a log that grows while it is walked is walked on before its claims are compared.
const MOST_WALKS: usize = 100;

/// Runs the command: 0 when everything holds, 1 when something does not.
///
/// # Errors
/// When a database does not answer.
pub(crate) async fn run(args: &CheckArgs, settings: &Settings) -> anyhow::Result<ExitCode> {
    let store = store::open(settings).await?;
    let identity = store.identity().await?;
    let deps = views::deps(settings, store.clone(), LogTail::default(), identity.currency);
    let projections = Projections::open(deps).await?;
    let (mut findings, totals) = check_log(store).await?;
    findings.extend(answers::check(&projections, &totals).await?);
    report::print(&findings, args.output)?;
    Ok(if findings.iter().all(Finding::holds) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What the log alone tells.
async fn check_log(store: Arc<dyn EventStore>) -> Result<(Vec<Finding>, Totals), StoreError> {
    let mut walk = Walk::new();
    let bar = progress::bar(0, "events");
    let mut walks = 0;
    // Claims and counts are those of the newest commit: they are read while the log stands still.
    let (claims, counts) = loop {
        let head = store.head().await?.position;
        bar.set_length(u64::try_from(head.0).unwrap_or_default());
        walk.to(&*store, head, &bar).await?;
        let (claims, counts) = (store.claims().await?, store.outcome_counts().await?);
        walks += 1;
        if store.head().await?.position == head || walks == MOST_WALKS {
            break (claims, counts);
        }
    };
    bar.finish_and_clear();
    let Walk { chain, readable, order, transitions, claims: expected, outcomes, totals, .. } = walk;
    let mut findings = order.findings();
    findings.push(readable);
    findings.extend(transitions.findings(&*store).await?);
    findings.push(expected.compare(claims));
    findings.push(outcomes.compare(&*store, counts).await?);
    findings.push(chain);
    Ok((findings, totals))
}
