-- The segments whose numbers reach over one.
-- $1 of which numbers  $2 the one
SELECT segment
FROM audit_ranges
WHERE generation = (SELECT generation FROM view_projections WHERE name = 'audit')
  AND numbers = $1 AND lowest <= $2 AND highest >= $2
ORDER BY segment
