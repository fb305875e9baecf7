-- Gives the answers of the last 48 hours under these keys.
-- $1 text[]: the scopes
-- $2 text[]: the keys, one a scope
SELECT kept.scope, kept.key, kept.fingerprint, kept.answer, kept.position
FROM unnest($1::text[], $2::text[]) AS wanted (scope, key)
JOIN idempotency_keys AS kept ON kept.scope = wanted.scope AND kept.key = wanted.key
WHERE kept.kept_at > clock_timestamp() - interval '48 hours'
