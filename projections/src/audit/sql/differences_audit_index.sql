-- Some rows that one generation has and another has not.
-- $1 the one  $2 the other
SELECT key, segment, body
FROM audit_index
WHERE generation = $1
EXCEPT
SELECT key, segment, body
FROM audit_index
WHERE generation = $2
LIMIT 20
