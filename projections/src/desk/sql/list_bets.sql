-- The bets of the batches that list_batches.sql gives for the same parameters, in the order of their key.
-- $1 account  $2 completed (0, 1, null for both)  $3, $4 only after this created_at and id  $5 how many batches
SELECT batch_id, number, pid, selection, stake, cost, status, version, bet_id, game_id, bet_type, odds
FROM desk_bets
WHERE generation = (SELECT generation FROM view_projections WHERE name = 'desk')
  AND batch_id IN (
    SELECT batch_id
    FROM desk_batches
    WHERE generation = (SELECT generation FROM view_projections WHERE name = 'desk')
      AND account_id = $1
      AND completed = COALESCE($2, completed)
      AND (created_at, batch_id) < ($3, $4)
    ORDER BY created_at DESC, batch_id DESC
    LIMIT $5
  )
ORDER BY batch_id, number, pid
