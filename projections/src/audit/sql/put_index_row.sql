-- $1 generation  $2 key  $3 segment  $4 its events
INSERT INTO audit_index (generation, key, segment, body)
VALUES ($1, $2, $3, $4)
ON CONFLICT (generation, key, segment) DO UPDATE SET body = excluded.body
