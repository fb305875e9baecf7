-- ?1 stream, ?2 schema version of the state, ?3 version of the stream, ?4 state.
-- One that comes late does not replace a newer one of the same schema.
INSERT INTO snapshots (stream, schema_version, version, state) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (stream) DO UPDATE
SET schema_version = excluded.schema_version, version = excluded.version, state = excluded.state
WHERE excluded.schema_version <> snapshots.schema_version OR excluded.version >= snapshots.version;
