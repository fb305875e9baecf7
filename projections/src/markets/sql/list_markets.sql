-- Games, the most recently active first.
-- $1 only those whose last bet lies before this position  $2 how many
SELECT game_id, bets, sales, last_bet_at, last_position
FROM market_games
WHERE generation = (SELECT generation FROM view_projections WHERE name = 'markets')
  AND last_position < $1
ORDER BY last_position DESC
LIMIT $2
