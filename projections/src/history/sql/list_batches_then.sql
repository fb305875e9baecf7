-- The batches that an account had at a position, newest first.
-- $1 account  $2 position  $3 completed by then (0, 1, null for both)
-- $4, $5 only after this created_at and id  $6 how many
SELECT batch_id, created_at
FROM desk_batch_lives
WHERE generation = (SELECT generation FROM view_projections WHERE name = 'desk')
  AND account_id = $1
  AND began <= $2
  AND CAST(CASE WHEN ended <= $2 THEN 1 ELSE 0 END AS bigint)
      = COALESCE($3, CAST(CASE WHEN ended <= $2 THEN 1 ELSE 0 END AS bigint))
  AND (created_at, batch_id) < ($4, $5)
ORDER BY created_at DESC, batch_id DESC
LIMIT $6
