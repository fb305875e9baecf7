-- Reserves ids; shares its lock with other reservations, not with a move of the sequence.
-- $1 text: the sequence
-- $2 bigint: how many
-- $3 bigint: the lock
WITH locked AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared($3::bigint))
SELECT nextval($1::text::regclass) FROM locked, generate_series(1, $2::bigint)
