-- Gives the events that have one of these ids.
-- $1 uuid[]: the ids
SELECT position, stream, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at
FROM events
WHERE event_id = ANY($1)
