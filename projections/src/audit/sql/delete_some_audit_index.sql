-- Some rows of a generation that nobody reads.
-- $1 generation
DELETE FROM audit_index
WHERE (generation, key, segment) IN (SELECT generation, key, segment FROM audit_index WHERE generation = $1 LIMIT 5000)
