-- Compares and sets: no row when the checkpoint is not the one that is named.
-- $1 new position  $2 hash of its block  $3 projection  $4 generation  $5 log  $6 epoch  $7 old position
UPDATE view_checkpoints SET position = $1, block_hash = $2
WHERE projection = $3 AND generation = $4 AND log = $5 AND epoch = $6 AND position = $7
