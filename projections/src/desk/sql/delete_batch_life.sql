-- $1 generation  $2 batch
DELETE FROM desk_batch_lives WHERE generation = $1 AND batch_id = $2
