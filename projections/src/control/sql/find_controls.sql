-- What is asked of a projection and known of its keeper.
-- $1 projection
SELECT keeper, paused_by, paused_reason, paused_at, failed_position, failed_reason, rebuild_by, rebuild_done, rebuild_head, rebuild_rate, rebuild_error
FROM view_controls
WHERE projection = $1
