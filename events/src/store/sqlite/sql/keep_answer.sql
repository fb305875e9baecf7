-- ?1 scope, ?2 key, ?3 fingerprint, ?4 answer, ?5 position, ?6 kept at.
-- What it replaces can only be an answer that is forgotten.
INSERT OR REPLACE INTO idempotency_keys (scope, key, fingerprint, answer, position, kept_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);
