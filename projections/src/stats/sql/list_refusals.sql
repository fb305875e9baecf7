-- Causes of refusals, the latest first.
SELECT cause, refusals, last_at
FROM stats_refusals
WHERE generation = (SELECT generation FROM view_projections WHERE name = 'stats')
ORDER BY last_at DESC, cause
