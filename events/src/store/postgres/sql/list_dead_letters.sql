-- Gives dead letters, newest first.
-- $1 bigint: the id below which to start
-- $2 bigint: how many at most
SELECT id, stream, sequence, subject, bytes, reason, detail, received_at
FROM dead_letters
WHERE id < $1
ORDER BY id DESC
LIMIT $2
