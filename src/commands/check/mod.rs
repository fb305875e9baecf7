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

use std::process::ExitCode;

use anyhow::bail;
use betstream_events::{store::EventStore, tail::LogTail};
use betstream_projections::Projections;

use self::{finding::Finding, walk::Walk};
use crate::{cli::CheckArgs, config::Settings, progress, store, views};

/// How often a log that grows while it is looked at is looked at again.
const MOST_WALKS: usize = 200;

/// Runs the command: 0 when everything holds, 1 when something does not.
///
/// # Errors
/// When a database does not answer.
pub(crate) async fn run(args: &CheckArgs, settings: &Settings) -> anyhow::Result<ExitCode> {
    let store = store::open(settings).await?;
    let identity = store.identity().await?;
    let deps = views::deps(
        settings,
        store.clone(),
        LogTail::default(),
        identity.currency,
    );
    let projections = Projections::open(deps).await?;
    projections.start_runners();
    let findings = check(&*store, &projections).await;
    projections.stop().await;
    let findings = findings?;
    report::print(&findings, args.output)?;
    Ok(if findings.iter().all(Finding::holds) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn check(store: &dyn EventStore, projections: &Projections) -> anyhow::Result<Vec<Finding>> {
    let mut walk = Walk::new();
    let bar = progress::bar(0, "events");
    let mut walks = 0;
    // Claims, counts and sums are those of the newest commit: they are read while the log stands
    // still, whoever else may be writing to it.
    let (claims, counts, sums) = loop {
        let head = store.head().await?.position;
        bar.set_length(u64::try_from(head.0).unwrap_or_default());
        walk.to(store, head, &bar).await?;
        let (claims, counts) = (store.claims().await?, store.outcome_counts().await?);
        let sums = answers::sums(projections, &walk.totals, head).await?;
        walks += 1;
        if store.head().await?.position == head {
            break (claims, counts, sums);
        }
        if walks == MOST_WALKS {
            bail!(
                "the log grew each of the {walks} times that it was looked at; check when fewer bets come in"
            );
        }
    };
    bar.finish_and_clear();
    let Walk {
        chain,
        readable,
        order,
        transitions,
        claims: expected,
        outcomes,
        ..
    } = walk;
    let mut findings = order.findings();
    findings.push(readable);
    findings.extend(transitions.findings(store).await?);
    findings.push(expected.compare(claims));
    findings.push(outcomes.compare(store, counts).await?);
    findings.push(chain);
    findings.push(sums);
    findings.push(answers::rebuilt(projections).await?);
    findings.push(answers::lag(projections));
    Ok(findings)
}
