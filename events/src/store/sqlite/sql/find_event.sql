-- ?1 event id.
SELECT position, stream, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at
FROM events
WHERE event_id = ?1;
