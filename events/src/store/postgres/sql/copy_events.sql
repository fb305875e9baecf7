-- Takes rows in the binary format of COPY.
COPY events (position, stream, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
FROM STDIN (FORMAT binary)
