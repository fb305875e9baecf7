-- Some rows that one generation has and another has not.
-- $1 the one  $2 the other
SELECT second, bets, value
FROM stats_seconds
WHERE generation = $1
EXCEPT
SELECT second, bets, value
FROM stats_seconds
WHERE generation = $2
LIMIT 20
