-- Forgets a few of the answers that are older than 48 hours: more than one chunk keeps.
-- $1 bigint: how many at most
DELETE FROM idempotency_keys
WHERE (scope, key) IN (
    SELECT scope, key FROM idempotency_keys
    WHERE kept_at <= clock_timestamp() - interval '48 hours'
    ORDER BY kept_at
    LIMIT $1
)
