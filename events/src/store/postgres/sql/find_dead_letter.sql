-- Gives one dead letter, whole.
-- $1 bigint: its id
SELECT id, stream, sequence, subject, bytes, reason, detail, received_at
FROM dead_letters
WHERE id = $1
