-- Keeps answers under their keys, as old as they are.
-- $1 text[]: the scopes
-- $2 text[]: the keys
-- $3 bytea[]: hashes of the requests' bodies
-- $4 text[]: the answers
-- $5 bigint[]: the positions that the answers rest on
-- $6 timestamptz[]: when they were given
INSERT INTO idempotency_keys (scope, key, fingerprint, answer, position, kept_at)
SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::text[], $5::bigint[], $6::timestamptz[])
ON CONFLICT (scope, key) DO NOTHING
