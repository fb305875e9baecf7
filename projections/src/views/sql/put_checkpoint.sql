-- $1 projection  $2 generation  $3 log  $4 epoch  $5 position  $6 hash of its block
INSERT INTO view_checkpoints (projection, generation, log, epoch, position, block_hash)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (projection, generation) DO UPDATE SET
    log = excluded.log,
    epoch = excluded.epoch,
    position = excluded.position,
    block_hash = excluded.block_hash
