-- Some rows of a generation that nobody reads.
-- $1 generation
DELETE FROM desk_batch_lives
WHERE (generation, batch_id) IN (SELECT generation, batch_id FROM desk_batch_lives WHERE generation = $1 LIMIT 5000)
