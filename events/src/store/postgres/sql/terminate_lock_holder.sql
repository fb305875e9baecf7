-- Ends a backend that still waits for its client in this very transaction.
-- $1 integer: the backend
-- $2 timestamptz: the start of its transaction
SELECT pg_terminate_backend(pid)
FROM pg_stat_activity
WHERE pid = $1 AND xact_start = $2 AND wait_event_type = 'Client'
