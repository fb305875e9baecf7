-- ?1 only ids below this, ?2 limit.
SELECT id, stream, sequence, subject, bytes, reason, detail, received_at
FROM dead_letters
WHERE id < ?1
ORDER BY id DESC
LIMIT ?2;
