-- Some rows that one generation has and another has not.
-- $1 the one  $2 the other
SELECT game_id, bet_type, bets, sales, unselected_bets, unselected_amount
FROM market_pools
WHERE generation = $1
EXCEPT
SELECT game_id, bet_type, bets, sales, unselected_bets, unselected_amount
FROM market_pools
WHERE generation = $2
LIMIT 20
