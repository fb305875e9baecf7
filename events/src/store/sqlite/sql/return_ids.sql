-- ?1 kind, ?2 the first id that was reserved and not used, ?3 the first id after the reserved ones.
UPDATE id_counters
SET next_id = ?2
WHERE kind = ?1 AND next_id = ?3;
