-- Some rows that one generation has and another has not.
-- $1 the one  $2 the other
SELECT batch_id, number, pid, selection, stake, cost, status, version, bet_id, game_id, bet_type, odds
FROM desk_bets
WHERE generation = $1
EXCEPT
SELECT batch_id, number, pid, selection, stake, cost, status, version, bet_id, game_id, bet_type, odds
FROM desk_bets
WHERE generation = $2
LIMIT 20
