-- ?1 kind, ?2 how many. Gives the first id after the reserved ones.
UPDATE id_counters
SET next_id = next_id + ?2
WHERE kind = ?1
RETURNING next_id;
