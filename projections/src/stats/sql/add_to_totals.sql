-- Sums in minor units stay below 2^63: that is 92 million billion units of two decimals.
-- $1 generation  $2 bets more  $3 value more
INSERT INTO stats_totals (generation, bets, value)
VALUES ($1, $2, $3)
ON CONFLICT (generation) DO UPDATE SET
    bets = stats_totals.bets + excluded.bets,
    value = stats_totals.value + excluded.value
