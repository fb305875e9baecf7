-- Notes how far a rebuild is that was asked for.
-- $1 events that are folded  $2 where the log ends  $3 events a second  $4 what it waits for  $5 projection
UPDATE view_controls SET rebuild_done = $1, rebuild_head = $2, rebuild_rate = $3, rebuild_error = $4
WHERE projection = $5 AND rebuild_by IS NOT NULL
