-- Gives the events of accounts and batches in order; the condition is that of the index events_desk.
-- $1 bigint: the position after which to start
-- $2 bigint: the last position
-- $3 bigint: how many at most
SELECT position, stream, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at
FROM events
WHERE type NOT LIKE 'market.%' AND position > $1 AND position <= $2
ORDER BY position
LIMIT $3
