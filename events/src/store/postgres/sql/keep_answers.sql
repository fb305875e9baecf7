-- Keeps answers under their keys; one that is older than its 48 hours makes room.
-- $1 text[]: the scopes
-- $2 text[]: the keys
-- $3 bytea[]: hashes of the requests' bodies
-- $4 text[]: the answers
-- $5 bigint[]: the positions that the answers rest on
INSERT INTO idempotency_keys (scope, key, fingerprint, answer, position)
SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::text[], $5::bigint[])
ON CONFLICT (scope, key) DO UPDATE
SET fingerprint = excluded.fingerprint,
    answer = excluded.answer,
    position = excluded.position,
    kept_at = excluded.kept_at
