-- Some rows that one generation has and another has not.
-- $1 the one  $2 the other
SELECT word, game_id
FROM audit_markets
WHERE generation = $1
EXCEPT
SELECT word, game_id
FROM audit_markets
WHERE generation = $2
LIMIT 20
