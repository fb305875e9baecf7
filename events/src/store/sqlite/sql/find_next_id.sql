-- ?1 kind.
SELECT next_id
FROM id_counters
WHERE kind = ?1;
