-- Gives the events at these positions in order.
-- $1 bigint[]: the positions
SELECT position, stream, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at
FROM events
WHERE position = ANY($1)
ORDER BY position
