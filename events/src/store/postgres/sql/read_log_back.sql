-- Gives the events of the log, the last one first.
-- $1 bigint: the position after which to start
-- $2 bigint: the last position
-- $3 bigint: how many at most
SELECT position, stream, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at
FROM events
WHERE position > $1 AND position <= $2
ORDER BY position DESC
LIMIT $3
