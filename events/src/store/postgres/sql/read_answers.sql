-- Gives the answers of the last 48 hours in the order of their keys.
-- $1 text: the scope that lies before
-- $2 text: the key that lies before
-- $3 bigint: limit
SELECT scope, key, fingerprint, answer, position, kept_at
FROM idempotency_keys
WHERE (scope, key) > ($1, $2) AND kept_at >= now() - interval '48 hours'
ORDER BY scope, key
LIMIT $3
