-- Takes back that a view is to be rebuilt: it is done, or was called off. No row when nobody asked.
-- $1 why it was given up, if it was  $2 projection
UPDATE view_controls SET rebuild_by = NULL, rebuild_done = NULL, rebuild_head = NULL, rebuild_rate = NULL, rebuild_error = $1
WHERE projection = $2 AND rebuild_by IS NOT NULL
