-- Markets with a word in their id.
-- $1 the beginning of the word  $2 what sorts behind all words that begin so  $3 how many
SELECT DISTINCT game_id
FROM audit_markets
WHERE generation = (SELECT generation FROM view_projections WHERE name = 'audit')
  AND word >= $1 AND word < $2
LIMIT $3
