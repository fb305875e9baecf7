-- $1 generation  $2 game  $3 bets more  $4 sales more  $5 when the last was recorded  $6 its position
INSERT INTO market_games (generation, game_id, bets, sales, last_bet_at, last_position)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (generation, game_id) DO UPDATE SET
    bets = market_games.bets + excluded.bets,
    sales = market_games.sales + excluded.sales,
    last_bet_at = excluded.last_bet_at,
    last_position = excluded.last_position
