-- Notes the event at which a view stands, or that there is none.
-- $1 projection  $2 position  $3 what is wrong with it
INSERT INTO view_controls (projection, failed_position, failed_reason)
VALUES ($1, $2, $3)
ON CONFLICT (projection) DO UPDATE SET failed_position = excluded.failed_position, failed_reason = excluded.failed_reason
