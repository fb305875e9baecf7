-- Some rows that one generation has and another has not.
-- $1 the one  $2 the other
SELECT game_id, position
FROM market_joins
WHERE generation = $1
EXCEPT
SELECT game_id, position
FROM market_joins
WHERE generation = $2
LIMIT 20
