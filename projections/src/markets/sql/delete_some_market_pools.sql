-- Some rows of a generation that nobody reads.
-- $1 generation
DELETE FROM market_pools
WHERE (generation, game_id, bet_type) IN (SELECT generation, game_id, bet_type FROM market_pools WHERE generation = $1 LIMIT 5000)
