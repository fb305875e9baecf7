-- Some rows that one generation has and another has not.
-- $1 the one  $2 the other
SELECT updates
FROM odds_totals
WHERE generation = $1
EXCEPT
SELECT updates
FROM odds_totals
WHERE generation = $2
LIMIT 20
