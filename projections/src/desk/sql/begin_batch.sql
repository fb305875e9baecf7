-- A batch that began; it stays when its account goes.
-- $1 generation  $2 batch  $3 account  $4 created_at  $5 position
INSERT INTO desk_batch_lives (generation, batch_id, account_id, created_at, began)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (generation, batch_id) DO NOTHING
