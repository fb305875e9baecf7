-- $1 game
SELECT bet_type, selection, bets, amount
FROM market_selections
WHERE generation = (SELECT generation FROM view_projections WHERE name = 'markets')
  AND game_id = $1
ORDER BY bet_type, selection
