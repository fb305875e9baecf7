-- Gives the events of a stream, the last one first.
-- $1 text: the stream
-- $2 bigint: the version after which to start
-- $3 bigint: the last version
-- $4 bigint: how many at most
SELECT position, stream, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at
FROM events
WHERE stream = $1 AND version > $2 AND version <= $3
ORDER BY version DESC
LIMIT $4
