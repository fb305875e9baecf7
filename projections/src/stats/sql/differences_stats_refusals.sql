-- Some rows that one generation has and another has not.
-- $1 the one  $2 the other
SELECT cause, refusals, last_at
FROM stats_refusals
WHERE generation = $1
EXCEPT
SELECT cause, refusals, last_at
FROM stats_refusals
WHERE generation = $2
LIMIT 20
