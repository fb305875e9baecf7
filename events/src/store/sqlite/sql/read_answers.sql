-- ?1 scope and ?2 key that lie before, ?3 answers kept before this are forgotten, ?4 limit.
SELECT scope, key, fingerprint, answer, position, kept_at
FROM idempotency_keys
WHERE (scope, key) > (?1, ?2) AND kept_at >= ?3
ORDER BY scope, key
LIMIT ?4;
