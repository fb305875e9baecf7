-- Some rows of a generation that nobody reads.
-- $1 generation
DELETE FROM audit_ranges
WHERE (generation, numbers, segment) IN (SELECT generation, numbers, segment FROM audit_ranges WHERE generation = $1 LIMIT 5000)
