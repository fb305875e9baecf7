-- Gives dead letters with all their bytes, oldest first.
-- $1 bigint: only ids above this
-- $2 bigint: limit
SELECT id, stream, sequence, subject, bytes, reason, detail, received_at
FROM dead_letters
WHERE id > $1
ORDER BY id
LIMIT $2
