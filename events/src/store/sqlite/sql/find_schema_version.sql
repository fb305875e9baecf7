-- The newest migration that the file has seen.
SELECT coalesce(max(version), 0)
FROM event_store_migrations;
