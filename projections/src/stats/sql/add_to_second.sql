-- $1 generation  $2 second  $3 bets more  $4 value more
INSERT INTO stats_seconds (generation, second, bets, value)
VALUES ($1, $2, $3, $4)
ON CONFLICT (generation, second) DO UPDATE SET
    bets = stats_seconds.bets + excluded.bets,
    value = stats_seconds.value + excluded.value
