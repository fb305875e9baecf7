-- Gives the last id that a sequence gave, 0 when it gave none.
-- $1 text: the sequence
SELECT coalesce(pg_sequence_last_value($1::text::regclass), 0)
