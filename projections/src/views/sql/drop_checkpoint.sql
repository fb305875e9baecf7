-- $1 projection  $2 generation
DELETE FROM view_checkpoints WHERE projection = $1 AND generation = $2
