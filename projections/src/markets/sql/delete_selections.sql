-- $1 generation  $2 game
DELETE FROM market_selections WHERE generation = $1 AND game_id = $2
