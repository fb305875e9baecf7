-- A new batch. A repeat (the same event again) leaves it as the event says.
-- $1 generation  $2 id  $3 account  $4 name  $5 meta  $6 state  $7 completed (0 or 1)
-- $8 created_at  $9 updated_at  $10 version
INSERT INTO desk_batches (generation, batch_id, account_id, name, meta, state, completed, created_at, updated_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (generation, batch_id) DO UPDATE SET
    state = excluded.state,
    completed = excluded.completed,
    updated_at = excluded.updated_at,
    version = excluded.version
