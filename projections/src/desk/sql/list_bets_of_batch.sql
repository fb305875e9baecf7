-- The bets of one batch, by number and pid.
-- $1 batch
SELECT batch_id, number, pid, selection, stake, cost, status, version, bet_id, game_id, bet_type, odds
FROM desk_bets
WHERE generation = (SELECT generation FROM view_projections WHERE name = 'desk')
  AND batch_id = $1
ORDER BY number, pid
