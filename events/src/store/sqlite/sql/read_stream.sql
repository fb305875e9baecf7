-- ?1 stream, ?2 after this version, ?3 up to this version, ?4 limit.
SELECT position, stream, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at
FROM events
WHERE stream = ?1 AND version > ?2 AND version <= ?3
ORDER BY version
LIMIT ?4;
