-- ?1 scope, ?2 key, ?3 answers kept before this are forgotten.
SELECT fingerprint, answer, position
FROM idempotency_keys
WHERE scope = ?1 AND key = ?2 AND kept_at >= ?3;
