-- A later change of a batch.
-- $1 state (null keeps it)  $2 completed (null keeps it)  $3 updated_at  $4 version  $5 generation  $6 batch
UPDATE desk_batches SET
    state = COALESCE($1, state),
    completed = COALESCE($2, completed),
    updated_at = $3,
    version = $4
WHERE generation = $5 AND batch_id = $6
