-- The last one first. ?1 after this position, ?2 up to this position, ?3 limit.
SELECT position, stream, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at
FROM events
WHERE position > ?1 AND position <= ?2
ORDER BY position DESC
LIMIT ?3;
