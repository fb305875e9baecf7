-- An account's batches, newest first.
-- $1 account  $2 completed (0, 1, null for both)  $3, $4 only after this created_at and id  $5 how many
SELECT batch_id, account_id, name, meta, state, created_at, updated_at, version
FROM desk_batches
WHERE generation = (SELECT generation FROM view_projections WHERE name = 'desk')
  AND account_id = $1
  AND completed = COALESCE($2, completed)
  AND (created_at, batch_id) < ($3, $4)
ORDER BY created_at DESC, batch_id DESC
LIMIT $5
