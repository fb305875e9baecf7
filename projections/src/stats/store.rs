//! How additions to the statistics are written.

use super::fold::StatsChanges;
use crate::views::Statement;

/// How long seconds are kept, counted back from the last one with a bet, so that a rebuild keeps
/// the same ones.
const SECONDS_KEPT: i64 = 24 * 60 * 60;

/// Sums first, then each second and each cause once.
pub(super) fn statements(changes: StatsChanges, generation: i64) -> Vec<Statement> {
    let (bets, value) = changes.totals();
    let last = changes.seconds.keys().next_back().copied();
    let oldest_kept = last.map_or(i64::MIN, |last| last - SECONDS_KEPT + 1);
    let mut statements = Vec::with_capacity(changes.seconds.len() + changes.refusals.len() + 2);
    if bets > 0 {
        let params = vec![generation.into(), bets.into(), value.into()];
        statements.push(Statement::new(
            include_str!("sql/add_to_totals.sql"),
            params,
        ));
    }
    statements.extend(
        changes
            .seconds
            .range(oldest_kept..)
            .map(|(second, (bets, value))| {
                let params = vec![
                    generation.into(),
                    (*second).into(),
                    (*bets).into(),
                    (*value).into(),
                ];
                Statement::new(include_str!("sql/add_to_second.sql"), params)
            }),
    );
    if last.is_some() {
        let params = vec![generation.into(), oldest_kept.into()];
        statements.push(Statement::new(
            include_str!("sql/forget_seconds.sql"),
            params,
        ));
    }
    statements.extend(
        changes
            .refusals
            .into_iter()
            .map(|(cause, (refusals, last_at))| {
                let params = vec![
                    generation.into(),
                    cause.into(),
                    refusals.into(),
                    last_at.micros().into(),
                ];
                Statement::new(include_str!("sql/add_to_refusals.sql"), params)
            }),
    );
    statements
}
