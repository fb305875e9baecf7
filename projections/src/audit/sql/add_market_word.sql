-- $1 generation  $2 word of its id  $3 market
INSERT INTO audit_markets (generation, word, game_id)
VALUES ($1, $2, $3)
ON CONFLICT (generation, word, game_id) DO NOTHING
