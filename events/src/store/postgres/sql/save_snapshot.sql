-- Keeps a snapshot, unless a newer one of the same schema is there.
-- $1 text: the stream
-- $2 integer: the state schema
-- $3 bigint: the version up to which it counts
-- $4 text: the state
INSERT INTO snapshots (stream, schema_version, version, state)
VALUES ($1, $2, $3, $4)
ON CONFLICT (stream) DO UPDATE
SET schema_version = excluded.schema_version, version = excluded.version, state = excluded.state
WHERE snapshots.schema_version <> excluded.schema_version OR snapshots.version <= excluded.version
