-- Gives the events of the log in order, in binary. COPY takes no parameters: the two are written in.
-- $1 bigint: the position after which to start
-- $2 bigint: the last position
COPY (
    SELECT position, stream, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at
    FROM events
    WHERE position > $1 AND position <= $2
    ORDER BY position
) TO STDOUT (FORMAT binary)
