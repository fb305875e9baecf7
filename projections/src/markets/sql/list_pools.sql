-- $1 game
SELECT bet_type, bets, sales, unselected_bets, unselected_amount
FROM market_pools
WHERE generation = (SELECT generation FROM view_projections WHERE name = 'markets')
  AND game_id = $1
ORDER BY bet_type
