-- $1 first second  $2 last second
SELECT second, bets, value
FROM stats_seconds
WHERE generation = (SELECT generation FROM view_projections WHERE name = 'stats')
  AND second BETWEEN $1 AND $2
ORDER BY second
