-- Asks that a view is rebuilt; no row when that was asked before.
-- $1 projection  $2 who
INSERT INTO view_controls (projection, rebuild_by)
VALUES ($1, $2)
ON CONFLICT (projection) DO UPDATE SET rebuild_by = excluded.rebuild_by, rebuild_done = NULL, rebuild_head = NULL, rebuild_rate = NULL, rebuild_error = NULL
WHERE view_controls.rebuild_by IS NULL
