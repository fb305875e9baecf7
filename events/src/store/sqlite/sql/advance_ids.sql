-- ?1 kind, ?2 the least id that may be given from now on.
UPDATE id_counters
SET next_id = max(next_id, ?2)
WHERE kind = ?1;
