-- Notes who keeps a view.
-- $1 projection  $2 keeper
INSERT INTO view_controls (projection, keeper)
VALUES ($1, $2)
ON CONFLICT (projection) DO UPDATE SET keeper = excluded.keeper
