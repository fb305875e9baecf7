-- What some segments say of one thing.
-- $1 key  $2 first segment  $3 last segment
SELECT segment, body
FROM audit_index
WHERE generation = (SELECT generation FROM view_projections WHERE name = 'audit')
  AND key = $1 AND segment >= $2 AND segment <= $3
ORDER BY segment
