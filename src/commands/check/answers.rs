//! The views: what is kept ready equals what the log says.

use std::time::Duration;

use anyhow::bail;
use betstream_events::envelope::Position;
use betstream_projections::{ProjectionName, ProjectionState, Projections, RebuildError};

use super::{finding::Finding, totals::Totals};

/// How long views may take to count what the log has; they have nothing else to do.
const CATCH_UP_WITHIN: Duration = Duration::from_secs(600);

/// Odds counters and totals, asked as anybody would, against the sums over the log up to `head`.
///
/// # Errors
/// When the views do not answer.
pub(super) async fn sums(
    projections: &Projections,
    totals: &Totals,
    head: Position,
) -> anyhow::Result<Finding> {
    let mut finding = Finding::new(
        "odds counters and totals equal the sums over the log",
        "bets",
    );
    finding.looked_at(totals.bets.unsigned_abs());
    projections.wait_until(head, CATCH_UP_WITHIN).await;
    let found = projections.stats().totals().await?.value;
    if (found.bets, found.value.minor) != (totals.bets, totals.value_minor) {
        let (bets, minor) = (totals.bets, totals.value_minor);
        let counted = format!(
            "{} bets of {} minor units are counted",
            found.bets, found.value.minor
        );
        finding.fault(format!("{counted}, the log has {bets} of {minor}"));
    }
    let odds = projections.odds().total().await?;
    if odds.stale {
        finding.fault("the odds counters cannot be reached (REDIS_URL)");
        return Ok(finding);
    }
    if odds.updates != totals.bets {
        finding.fault(format!(
            "{} odds updates are counted, the log has {}",
            odds.updates, totals.bets
        ));
    }
    for (game_id, bets) in &totals.by_game {
        let counted = projections.odds().of_game(game_id.as_str()).await?.updates;
        if counted != *bets {
            finding.fault(format!(
                "game {game_id}: {counted} odds updates are counted, the log has {bets}"
            ));
        }
    }
    Ok(finding)
}

/// Builds each view once more from nothing and compares it with the one that answers.
///
/// # Errors
/// When a database does not answer.
pub(super) async fn rebuilt(projections: &Projections) -> anyhow::Result<Finding> {
    let mut finding = Finding::new("each view equals the one rebuilt from nothing", "views");
    for name in ProjectionName::ALL {
        finding.looked_at(1);
        match projections.verify(name).await {
            Ok(differences) => {
                for difference in differences {
                    let (table, only_in, row) =
                        (difference.table, difference.only_in, difference.row);
                    finding.fault(format!("{name}, {table}: only in {only_in}: {row}"));
                }
            }
            Err(RebuildError::Event {
                position, reason, ..
            }) => {
                finding.fault(format!("{name} stops at position {position}: {reason}"));
            }
            Err(error) => bail!(error),
        }
    }
    Ok(finding)
}

/// Whether any view is stuck. One that another process keeps is that process's to tell.
pub(super) fn lag(projections: &Projections) -> Finding {
    let mut finding = Finding::new("the views have counted the whole log", "views");
    finding.looked_at(ProjectionName::ALL.len() as u64);
    for status in projections.status() {
        let is_behind = status.lag > 0 && status.state != ProjectionState::Standby;
        if is_behind || status.state == ProjectionState::Paused {
            let error = status.error.unwrap_or_default();
            finding.fault(format!(
                "{} stands at {} of {}: {error}",
                status.name, status.position, status.head
            ));
        }
    }
    finding
}
