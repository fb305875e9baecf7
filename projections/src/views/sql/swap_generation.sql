-- $1 new generation  $2 projection  $3 old generation
UPDATE view_projections SET generation = $1 WHERE name = $2 AND generation = $3
