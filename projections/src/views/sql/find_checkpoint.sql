-- $1 projection  $2 generation
SELECT log, epoch, position, block_hash
FROM view_checkpoints
WHERE projection = $1 AND generation = $2
