-- Asks that a view stands still; the first who asks stays.
-- $1 projection  $2 who  $3 why  $4 when, in microseconds
INSERT INTO view_controls (projection, paused_by, paused_reason, paused_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (projection) DO UPDATE SET
    paused_by = coalesce(view_controls.paused_by, excluded.paused_by),
    paused_reason = CASE WHEN view_controls.paused_by IS NULL THEN excluded.paused_reason ELSE view_controls.paused_reason END,
    paused_at = coalesce(view_controls.paused_at, excluded.paused_at)
