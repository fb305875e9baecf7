-- ?1 answers kept before this are forgotten, ?2 how many at most.
DELETE FROM idempotency_keys
WHERE rowid IN (SELECT rowid FROM idempotency_keys WHERE kept_at < ?1 ORDER BY kept_at LIMIT ?2);
