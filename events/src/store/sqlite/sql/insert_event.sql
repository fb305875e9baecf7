-- ?1 position, ?2 stream, ?3 version, ?4 event id, ?5 type, ?6 schema version, ?7 data,
-- ?8 metadata, ?9 occurred at, ?10 recorded at.
INSERT INTO events (position, stream, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);
