-- ?1 after this position, ?2 up to this position, ?3 limit.
SELECT position, stream, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at
FROM events INDEXED BY events_desk
WHERE (type < 'market.' OR type >= 'market/') AND position > ?1 AND position <= ?2
ORDER BY position
LIMIT ?3;
