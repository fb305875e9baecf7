-- Some rows of a generation that nobody reads.
-- $1 generation
DELETE FROM desk_bets
WHERE (generation, batch_id, number, pid) IN (SELECT generation, batch_id, number, pid FROM desk_bets WHERE generation = $1 LIMIT 5000)
