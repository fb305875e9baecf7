-- Gives the newest migration that the database has seen.
SELECT coalesce(max(version), 0)::bigint
FROM event_store_migrations
