-- Some rows of a generation that nobody reads.
-- $1 generation
DELETE FROM odds_totals
WHERE generation IN (SELECT generation FROM odds_totals WHERE generation = $1 LIMIT 5000)
