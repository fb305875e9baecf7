-- $1 generation  $2 cause  $3 refusals more  $4 when the last was recorded
INSERT INTO stats_refusals (generation, cause, refusals, last_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (generation, cause) DO UPDATE SET
    refusals = stats_refusals.refusals + excluded.refusals,
    last_at = excluded.last_at
