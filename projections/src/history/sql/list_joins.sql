-- Where bets that joined batches counted towards a game, in order.
-- $1 game  $2 only after this position  $3 up to this one  $4 how many
SELECT position
FROM market_joins
WHERE generation = (SELECT generation FROM view_projections WHERE name = 'markets')
  AND game_id = $1
  AND position > $2
  AND position <= $3
ORDER BY position
LIMIT $4
