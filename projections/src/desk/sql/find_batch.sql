-- $1 account  $2 batch
SELECT batch_id, account_id, name, meta, state, created_at, updated_at, version
FROM desk_batches
WHERE generation = (SELECT generation FROM view_projections WHERE name = 'desk')
  AND account_id = $1
  AND batch_id = $2
