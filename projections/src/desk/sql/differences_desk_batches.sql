-- Some rows that one generation has and another has not.
-- $1 the one  $2 the other
SELECT batch_id, account_id, name, meta, state, completed, created_at, updated_at, version
FROM desk_batches
WHERE generation = $1
EXCEPT
SELECT batch_id, account_id, name, meta, state, completed, created_at, updated_at, version
FROM desk_batches
WHERE generation = $2
LIMIT 20
