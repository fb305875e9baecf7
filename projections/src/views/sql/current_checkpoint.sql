-- The generation that answers, and its checkpoint.
-- $1 projection
SELECT projection.generation, checkpoint.log, checkpoint.epoch, checkpoint.position, checkpoint.block_hash
FROM view_projections AS projection
JOIN view_checkpoints AS checkpoint
  ON checkpoint.projection = projection.name AND checkpoint.generation = projection.generation
WHERE projection.name = $1
