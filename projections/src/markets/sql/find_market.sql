-- $1 game
SELECT game_id, bets, sales, last_bet_at, last_position
FROM market_games
WHERE generation = (SELECT generation FROM view_projections WHERE name = 'markets')
  AND game_id = $1
