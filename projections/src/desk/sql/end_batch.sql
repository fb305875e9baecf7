-- Where a batch was completed or withdrawn.
-- $1 position  $2 generation  $3 batch
UPDATE desk_batch_lives SET ended = $1 WHERE generation = $2 AND batch_id = $3
