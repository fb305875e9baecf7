-- Asks that a view goes on.
-- $1 projection
UPDATE view_controls SET paused_by = NULL, paused_reason = NULL, paused_at = NULL
WHERE projection = $1
