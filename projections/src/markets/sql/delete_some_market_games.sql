-- Some rows of a generation that nobody reads.
-- $1 generation
DELETE FROM market_games
WHERE (generation, game_id) IN (SELECT generation, game_id FROM market_games WHERE generation = $1 LIMIT 5000)
