//! How additions to markets are written.

use betstream_events::{envelope::Position, ids::GameId};

use super::changes::{GameChange, MarketChanges, PoolChange};
use crate::views::Statement;

/// One statement a row, table by table, in the order of games, so that two writers lock rows in
/// the same order.
pub(super) fn statements(changes: MarketChanges, generation: i64) -> Vec<Statement> {
    let mut games: Vec<(GameId, GameChange)> = changes.games.into_iter().collect();
    games.sort_unstable_by(|left, right| left.0.cmp(&right.0));
    let mut statements = Vec::with_capacity(games.len() * 4);
    let (mut pools, mut selections) = (Vec::new(), Vec::new());
    for (game_id, game) in games {
        statements.push(add_to_game(generation, &game_id, &game));
        for (bet_type, pool) in game.pools {
            pools.push(add_to_pool(generation, &game_id, &bet_type, &pool));
            selections.extend(add_to_selections(generation, &game_id, &bet_type, pool));
        }
    }
    statements.append(&mut pools);
    statements.append(&mut selections);
    let join = |(game_id, position): (GameId, Position)| {
        let params = vec![
            generation.into(),
            game_id.as_str().into(),
            position.0.into(),
        ];
        Statement::new(include_str!("sql/put_join.sql"), params)
    };
    statements.extend(changes.joins.into_iter().map(join));
    statements
}

fn add_to_game(generation: i64, game_id: &GameId, game: &GameChange) -> Statement {
    let params = vec![
        generation.into(),
        game_id.as_str().into(),
        game.bets.into(),
        game.sales.into(),
        game.last_bet_at.micros().into(),
        game.last_position.0.into(),
    ];
    Statement::new(include_str!("sql/add_to_game.sql"), params)
}

fn add_to_pool(generation: i64, game_id: &GameId, bet_type: &str, pool: &PoolChange) -> Statement {
    let params = vec![
        generation.into(),
        game_id.as_str().into(),
        bet_type.into(),
        pool.bets.into(),
        pool.sales.into(),
        pool.unselected_bets.into(),
        pool.unselected_amount.into(),
    ];
    Statement::new(include_str!("sql/add_to_pool.sql"), params)
}

fn add_to_selections<'a>(
    generation: i64,
    game_id: &'a GameId,
    bet_type: &'a str,
    pool: PoolChange,
) -> impl Iterator<Item = Statement> + 'a {
    pool.selections
        .into_iter()
        .map(move |(selection, (bets, amount))| {
            let params = vec![
                generation.into(),
                game_id.as_str().into(),
                bet_type.into(),
                selection.into(),
                bets.into(),
                amount.into(),
            ];
            Statement::new(include_str!("sql/add_to_selection.sql"), params)
        })
}
