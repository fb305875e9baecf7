-- The bets of the batches that list_batches.sql gives for the same parameters, by batch, number and pid.
-- $1 account  $2 completed (0, 1, null for both)  $3, $4 only after this created_at and id  $5 how many batches
SELECT bet.batch_id, bet.number, bet.pid, bet.selection, bet.stake, bet.cost, bet.status, bet.version,
       bet.bet_id, bet.game_id, bet.bet_type, bet.odds
FROM (
    SELECT generation, batch_id, created_at
    FROM desk_batches
    WHERE generation = (SELECT generation FROM view_projections WHERE name = 'desk')
      AND account_id = $1
      AND completed = COALESCE($2, completed)
      AND (created_at, batch_id) < ($3, $4)
    ORDER BY created_at DESC, batch_id DESC
    LIMIT $5
) AS page
JOIN desk_bets AS bet ON bet.generation = page.generation AND bet.batch_id = page.batch_id
ORDER BY page.created_at DESC, page.batch_id DESC, bet.number, bet.pid
