-- Up to where the generation that answers has counted.
-- $1 projection
SELECT checkpoint.position
FROM view_projections AS projection
JOIN view_checkpoints AS checkpoint
  ON checkpoint.projection = projection.name AND checkpoint.generation = projection.generation
WHERE projection.name = $1
