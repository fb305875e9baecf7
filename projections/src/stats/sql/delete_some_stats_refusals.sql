-- Some rows of a generation that nobody reads.
-- $1 generation
DELETE FROM stats_refusals
WHERE (generation, cause) IN (SELECT generation, cause FROM stats_refusals WHERE generation = $1 LIMIT 5000)
