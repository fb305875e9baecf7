-- Some rows of a generation that nobody reads.
-- $1 generation
DELETE FROM audit_markets
WHERE (generation, word, game_id) IN (SELECT generation, word, game_id FROM audit_markets WHERE generation = $1 LIMIT 5000)
