-- ?1 stream, ?2 schema version of the state.
SELECT version, state
FROM snapshots
WHERE stream = ?1 AND schema_version = ?2;
