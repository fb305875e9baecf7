-- Some rows that one generation has and another has not.
-- $1 the one  $2 the other
SELECT batch_id, account_id, created_at, began, ended
FROM desk_batch_lives
WHERE generation = $1
EXCEPT
SELECT batch_id, account_id, created_at, began, ended
FROM desk_batch_lives
WHERE generation = $2
LIMIT 20
