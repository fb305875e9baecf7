-- ?1 id.
SELECT id, stream, sequence, subject, bytes, reason, detail, received_at
FROM dead_letters
WHERE id = ?1;
