-- Some rows of a generation that nobody reads.
-- $1 generation
DELETE FROM stats_seconds
WHERE (generation, second) IN (SELECT generation, second FROM stats_seconds WHERE generation = $1 LIMIT 5000)
