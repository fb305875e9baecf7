-- Some rows that one generation has and another has not.
-- $1 the one  $2 the other
SELECT game_id, bets, sales, last_bet_at, last_position
FROM market_games
WHERE generation = $1
EXCEPT
SELECT game_id, bets, sales, last_bet_at, last_position
FROM market_games
WHERE generation = $2
LIMIT 20
