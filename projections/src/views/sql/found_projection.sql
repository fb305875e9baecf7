-- The first generation of a projection that is new here; no row when it is not.
-- $1 projection
INSERT INTO view_projections (name, generation) VALUES ($1, 1) ON CONFLICT (name) DO NOTHING
