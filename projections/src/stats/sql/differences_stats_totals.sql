-- Some rows that one generation has and another has not.
-- $1 the one  $2 the other
SELECT bets, value
FROM stats_totals
WHERE generation = $1
EXCEPT
SELECT bets, value
FROM stats_totals
WHERE generation = $2
LIMIT 20
