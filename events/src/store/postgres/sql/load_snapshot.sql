-- Gives the snapshot of a stream.
-- $1 text: the stream
-- $2 integer: the state schema that it must have
SELECT version, state FROM snapshots WHERE stream = $1 AND schema_version = $2
