-- Moves a sequence past an id, never back.
-- $1 text: the sequence
-- $2 bigint: the id
SELECT setval($1::text::regclass, $2::bigint)
WHERE coalesce(pg_sequence_last_value($1::text::regclass), 0) < $2
