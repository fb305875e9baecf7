-- $1 generation  $2 updates more
INSERT INTO odds_totals (generation, updates)
VALUES ($1, $2)
ON CONFLICT (generation) DO UPDATE SET updates = odds_totals.updates + excluded.updates
