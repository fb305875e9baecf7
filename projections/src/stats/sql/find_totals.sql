-- Bets with a game, and their money.
SELECT bets, value
FROM stats_totals
WHERE generation = (SELECT generation FROM view_projections WHERE name = 'stats')
