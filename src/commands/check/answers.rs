//! The views: what is kept ready equals what the log says.

use std::time::Duration;

use anyhow::bail;
use betstream_projections::{ProjectionName, ProjectionState, Projections, RebuildError};

use super::{finding::Finding, totals::Totals};

/// How long views may take to count what the log has; they have nothing else to do.
const CATCH_UP_WITHIN: Duration = Duration::from_secs(600);

/// Brings the views up to the log, builds each once more from nothing, and compares.
///
/// # Errors
/// When a database does not answer.
pub(super) async fn check(projections: &Projections, totals: &Totals) -> anyhow::Result<Vec<Finding>> {
    projections.start_runners();
    let lag = catch_up(projections).await;
    let mut rebuilt = Finding::new("each view equals the one rebuilt from nothing", "views");
    for name in ProjectionName::ALL {
        rebuilt.looked_at(1);
        match projections.verify(name).await {
            Ok(differences) => {
                for difference in differences {
                    let (table, only_in, row) = (difference.table, difference.only_in, difference.row);
                    rebuilt.fault(format!("{name}, {table}: only in {only_in}: {row}"));
                }
            }
            Err(RebuildError::Event { position, reason, .. }) => {
                rebuilt.fault(format!("{name} stops at position {position}: {reason}"));
            }
            Err(error) => bail!(error),
        }
    }
    let sums = sums(projections, totals).await?;
    projections.stop().await;
    Ok(vec![rebuilt, sums, lag])
}

async fn catch_up(projections: &Projections) -> Finding {
    let mut lag = Finding::new("the views have counted the whole log", "views");
    lag.looked_at(ProjectionName::ALL.len() as u64);
    let head = projections.feed().head().position;
    projections.wait_until(head, CATCH_UP_WITHIN).await;
    for status in projections.status() {
        if status.state == ProjectionState::Paused || status.position < head.0 && status.state != ProjectionState::Standby {
            let error = status.error.unwrap_or_default();
            lag.fault(format!("{} stands at {} of {head}: {error}", status.name, status.position));
        }
    }
    lag
}

/// Odds counters and totals, asked as anybody would, against the sums over the log.
async fn sums(projections: &Projections, totals: &Totals) -> anyhow::Result<Finding> {
    let mut finding = Finding::new("odds counters and totals equal the sums over the log", "bets");
    finding.looked_at(totals.bets.unsigned_abs());
    let found = projections.stats().totals().await?.value;
    if (found.bets, found.value.minor) != (totals.bets, totals.value_minor) {
        let (bets, minor) = (totals.bets, totals.value_minor);
        finding.fault(format!("{} bets of {} minor units are counted, the log has {bets} of {minor}", found.bets, found.value.minor));
    }
    let odds = projections.odds().total().await?;
    if odds.stale {
        finding.fault("the odds counters cannot be reached (REDIS_URL)");
    } else if odds.updates != totals.bets {
        finding.fault(format!("{} odds updates are counted, the log has {}", odds.updates, totals.bets));
    }
    for (game_id, bets) in &totals.by_game {
        let counted = projections.odds().of_game(game_id.as_str()).await?;
        if counted.updates != *bets && !odds.stale {
            finding.fault(format!("game {game_id}: {} odds updates are counted, the log has {bets}", counted.updates));
        }
    }
    Ok(finding)
}
