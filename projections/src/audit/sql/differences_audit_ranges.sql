-- Some rows that one generation has and another has not.
-- $1 the one  $2 the other
SELECT numbers, segment, lowest, highest
FROM audit_ranges
WHERE generation = $1
EXCEPT
SELECT numbers, segment, lowest, highest
FROM audit_ranges
WHERE generation = $2
LIMIT 20
