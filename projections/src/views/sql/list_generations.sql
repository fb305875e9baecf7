-- $1 projection
SELECT generation FROM view_checkpoints WHERE projection = $1 ORDER BY generation
