-- $1 generation  $2 game  $3 updates more
INSERT INTO odds_games (generation, game_id, updates)
VALUES ($1, $2, $3)
ON CONFLICT (generation, game_id) DO UPDATE SET updates = odds_games.updates + excluded.updates
