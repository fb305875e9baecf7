//! How additions to the counters are written where they are a table.

use super::fold::OddsChanges;
use crate::views::Statement;

/// One statement a game, and one for the sum of all.
pub(super) fn statements(changes: OddsChanges, generation: i64) -> Vec<Statement> {
    let total = changes.total();
    let mut statements: Vec<Statement> = changes
        .in_order()
        .into_iter()
        .map(|(game_id, updates)| {
            let params = vec![generation.into(), game_id.as_str().into(), updates.into()];
            Statement::new(include_str!("sql/add_to_game.sql"), params)
        })
        .collect();
    statements.push(Statement::new(
        include_str!("sql/add_to_total.sql"),
        vec![generation.into(), total.into()],
    ));
    statements
}
