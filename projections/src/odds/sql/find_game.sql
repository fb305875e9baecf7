-- $1 game
SELECT updates
FROM odds_games
WHERE generation = (SELECT generation FROM view_projections WHERE name = 'odds')
  AND game_id = $1
