-- Some rows of a generation that nobody reads.
-- $1 generation
DELETE FROM market_joins
WHERE (generation, game_id, position) IN (SELECT generation, game_id, position FROM market_joins WHERE generation = $1 LIMIT 5000)
