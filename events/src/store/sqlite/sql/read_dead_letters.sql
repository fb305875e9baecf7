-- ?1 only ids above this, ?2 limit.
SELECT id, stream, sequence, subject, bytes, reason, detail, received_at
FROM dead_letters
WHERE id > ?1
ORDER BY id
LIMIT ?2;
