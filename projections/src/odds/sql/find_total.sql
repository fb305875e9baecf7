-- The updates of all games together.
SELECT updates
FROM odds_totals
WHERE generation = (SELECT generation FROM view_projections WHERE name = 'odds')
