-- Some rows that one generation has and another has not.
-- $1 the one  $2 the other
SELECT game_id, bet_type, selection, bets, amount
FROM market_selections
WHERE generation = $1
EXCEPT
SELECT game_id, bet_type, selection, bets, amount
FROM market_selections
WHERE generation = $2
LIMIT 20
