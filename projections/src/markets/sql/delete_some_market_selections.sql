-- Some rows of a generation that nobody reads.
-- $1 generation
DELETE FROM market_selections
WHERE (generation, game_id, bet_type, selection) IN (SELECT generation, game_id, bet_type, selection FROM market_selections WHERE generation = $1 LIMIT 5000)
