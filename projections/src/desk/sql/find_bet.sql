-- $1 account  $2 batch  $3 pid
SELECT bet.batch_id, bet.number, bet.pid, bet.selection, bet.stake, bet.cost, bet.status, bet.version,
       bet.bet_id, bet.game_id, bet.bet_type, bet.odds
FROM desk_batches AS batch
JOIN desk_bets AS bet ON bet.generation = batch.generation AND bet.batch_id = batch.batch_id
WHERE batch.generation = (SELECT generation FROM view_projections WHERE name = 'desk')
  AND batch.account_id = $1
  AND batch.batch_id = $2
  AND bet.pid = $3
