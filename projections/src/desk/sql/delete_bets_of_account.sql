-- $1 generation  $2 account
DELETE FROM desk_bets
WHERE generation = $1
  AND batch_id IN (SELECT batch_id FROM desk_batches WHERE generation = $1 AND account_id = $2)
