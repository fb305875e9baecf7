-- Where a bet that joined a batch counted towards a game.
-- $1 generation  $2 game  $3 position
INSERT INTO market_joins (generation, game_id, position)
VALUES ($1, $2, $3)
ON CONFLICT (generation, game_id, position) DO NOTHING
